import { InputError } from '../../../error.ts';
import { TCP_FLAG } from '../../../packet/packet.ts';
import { BUILT_IN_CHAINS } from '../../shared/hooks.ts';
import type { Hook } from '../../shared/hooks.ts';
import { isUnconditional } from '../values/reach.ts';
import type { Rule } from '../values/rule-set.ts';
import type { RuleDraft } from './draft.ts';
import type { ChainDraft, TableDraft } from './table-draft.ts';

/**
 * What the kernel checks when a table is committed (translate_table, net/ipv4/netfilter/ip_tables.c):
 * no loops, and every match and target allowed in the table and in all hooks that lead to it.
 */
export const validateTable = (table: TableDraft): void => {
  const reachedFrom = new Map<RuleDraft, Set<Hook>>();
  for (const hook of BUILT_IN_CHAINS[table.name]) markReachable(table, hook, reachedFrom);
  for (const chain of table.chains.values()) {
    for (const draft of chain.rules) checkPlacements(draft, table, reachedFrom.get(draft) ?? new Set());
  }
};

interface Frame {
  readonly chain: ChainDraft;
  next: number;
}

/** mark_source_chains: follows the rules from a hook, each chain once. */
const markReachable = (table: TableDraft, hook: Hook, reachedFrom: Map<RuleDraft, Set<Hook>>): void => {
  const entered = new Set<string>([hook]);
  const onPath = new Set<string>([hook]);
  const frames: Frame[] = [{ chain: table.chain(hook, nowhere), next: 0 }];
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const draft = frame.chain.rules[frame.next];
    frame.next += 1;
    if (draft === undefined || mark(draft, hook, reachedFrom) === 'ends-chain') {
      onPath.delete(frame.chain.name);
      frames.pop();
      continue;
    }
    const { target } = draft.rule;
    if (target.kind !== 'jump' && target.kind !== 'goto') continue;
    if (onPath.has(target.chain)) {
      throw new InputError(
        draft.targetPosition,
        `the jump to "${target.chain}" closes a loop`,
        'remove one jump of the loop',
      );
    }
    if (entered.has(target.chain)) continue;
    entered.add(target.chain);
    onPath.add(target.chain);
    frames.push({ chain: table.chain(target.chain, draft.targetPosition), next: 0 });
  }
};

const nowhere = { file: '', line: 0, column: 0 };

const mark = (draft: RuleDraft, hook: Hook, reachedFrom: Map<RuleDraft, Set<Hook>>): 'goes-on' | 'ends-chain' => {
  const hooks = reachedFrom.get(draft) ?? new Set();
  hooks.add(hook);
  reachedFrom.set(draft, hooks);
  return draft.rule.target.kind === 'verdict' && isUnconditional(draft.rule) ? 'ends-chain' : 'goes-on';
};

const checkPlacements = ({ rule, placements }: RuleDraft, table: TableDraft, hooks: ReadonlySet<Hook>): void => {
  for (const { what, position, placement } of placements) {
    if (placement.tables?.includes(table.name) === false) {
      throw new InputError(
        position,
        `${what} does not work in table ${table.name}`,
        `use it in ${placement.tables.join(' or ')}`,
      );
    }
    const wrong = [...hooks].find((hook) => placement.hooks?.includes(hook) === false);
    if (wrong !== undefined) {
      throw new InputError(
        position,
        `${what} does not work in ${wrong}, which leads here`,
        `let only ${placement.hooks?.join(', ')} lead here`,
      );
    }
    const protocol = rule.protocol?.inverted === false ? rule.protocol.number : undefined;
    if (placement.protocols !== undefined && (protocol === undefined || !placement.protocols.includes(protocol))) {
      throw new InputError(position, `${what} needs its protocol`, 'add -p with it, not inverted');
    }
    if (placement.synOnly === true && !asksForSyn(rule)) {
      throw new InputError(position, `${what} works on SYN segments only`, 'add --syn, or --tcp-flags SYN,RST SYN');
    }
  }
};

const asksForSyn = (rule: Rule): boolean =>
  rule.matches.some(
    (match) => match.kind === 'tcp' && match.flags?.inverted === false && (match.flags.set & TCP_FLAG.SYN) !== 0,
  );
