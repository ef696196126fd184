import type { NftElement } from '../values/element.ts';
import type { NftChain, NftTable } from '../values/rule-set.ts';
import { referencesOf } from '../values/walk-rule.ts';

/** NFT_JUMP_STACK_SIZE: no way through a table may be deeper (nf_tables_validate, 6.12). */
const DEPTH_MAX = 16;

/** The kernel refuses a table whose chains lead in a circle or too deep; `undefined`: it has none such. */
export const checkJumps = (table: NftTable): string | undefined => {
  const depths = new Map<string, number>();
  const entered = new Set<string>();
  /** Chains on the longest way that begins here, or a complaint. */
  const depthOf = (name: string): number | string => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const chain = table.chains.get(name);
    if (chain === undefined) return `there is no chain ${name} to go to`;
    if (entered.has(name)) return `chain ${name} leads back to itself`;
    entered.add(name);
    let depth = 1;
    for (const next of targetsOf(table, chain)) {
      const below = depthOf(next);
      if (typeof below === 'string') return below;
      depth = Math.max(depth, below + 1);
    }
    entered.delete(name);
    depths.set(name, depth);
    return depth > DEPTH_MAX ? `chain ${name} leads through more than ${DEPTH_MAX} chains` : depth;
  };
  for (const name of table.chains.keys()) {
    const found = depthOf(name);
    if (typeof found === 'string') return found;
  }
  return undefined;
};

const targetsOf = (table: NftTable, { rules }: NftChain): ReadonlySet<string> => {
  const targets = new Set<string>();
  const add = (elements: readonly NftElement[]): void => {
    for (const { data } of elements) {
      if (data?.kind === 'verdict' && 'chain' in data.verdict) targets.add(data.verdict.chain);
    }
  };
  for (const { statements } of rules) {
    for (const statement of statements) {
      if (statement.kind === 'verdict' && 'chain' in statement.verdict) targets.add(statement.verdict.chain);
    }
    for (const reference of referencesOf(statements)) {
      add(reference.kind === 'anonymous' ? reference.elements : (table.sets.get(reference.name)?.elements ?? []));
    }
  }
  return targets;
};
