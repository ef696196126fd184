import { isBuiltInChain } from '../../shared/hooks.ts';
import type { TableName } from '../../shared/hooks.ts';
import { matchModule } from '../matches/index.ts';
import { targetModule } from '../targets/index.ts';
import type { IptablesPlace } from '../values/place.ts';
import { endsChain, endsForSure, takesEveryPacket } from '../values/reach.ts';
import type { Chain, Rule, RuleSet, Table } from '../values/rule-set.ts';
import { isShadowedBy } from './shadow.ts';

/** A rule, and where it stands. */
export interface RulePlace extends IptablesPlace {
  readonly rule: Rule;
}

/** Something of a rule set that its writer may not know. */
export type Finding =
  /**
   * The model cannot say what the rule does: a packet that gets there stops with "not modelled". `extension` says which: `match
   * physdev`; `what`, what it lacks.
   */
  | { readonly kind: 'not-modelled'; readonly place: RulePlace; readonly extension: string; readonly what: string }
  /** Every packet that would meet the rule has left the chain by an earlier one, whose number is `because`, from 1. */
  | { readonly kind: 'never-matches'; readonly place: RulePlace; readonly because: number }
  /** No packet gets into the chain, which has so many `rules`, at least one. */
  | { readonly kind: 'never-entered'; readonly table: TableName; readonly chain: string; readonly rules: number };

/** What there is to say of a rule set before any packet is sent, in the order of the text. */
export const reviewRuleSet = (ruleSet: RuleSet): readonly Finding[] =>
  [...ruleSet.tables.values()].flatMap((table) => reviewTable(table));

const reviewTable = (table: Table): readonly Finding[] => {
  const entered = chainsEntered(table);
  return [...table.chains.values()].flatMap((chain) =>
    notModelled(table.name, chain).concat(
      entered.has(chain.name) ? neverMatching(table, chain) : neverEntered(table.name, chain),
    ),
  );
};

const notModelled = (table: TableName, chain: Chain): readonly Finding[] =>
  chain.rules.flatMap((rule, index) =>
    modulesOf(rule).flatMap(({ extension, what }) =>
      what === undefined
        ? []
        : [
            {
              kind: 'not-modelled' as const,
              place: { table, chain: chain.name, number: index + 1, rule },
              extension,
              what,
            },
          ],
    ),
  );

const modulesOf = ({
  matches,
  target,
}: Rule): readonly { readonly extension: string; readonly what: string | undefined }[] => [
  ...matches.map((match) => ({ extension: `match ${match.kind}`, what: matchModule(match).notModelled })),
  ...(target.kind === 'extension'
    ? [{ extension: `target ${target.target.kind}`, what: targetModule(target.target).notModelled }]
    : []),
];

/** Chains without rules are often left on purpose (kubelet's canaries): they are no news. */
const neverEntered = (table: TableName, { name, rules }: Chain): readonly Finding[] =>
  rules.length === 0 ? [] : [{ kind: 'never-entered', table, chain: name, rules: rules.length }];

const neverMatching = (table: Table, chain: Chain): readonly Finding[] => {
  const ending = chain.rules.map((rule) => endsChain(table, rule));
  const end = chain.rules.findIndex((rule, index) => takesEveryPacket(rule) && ending[index] === true);
  return chain.rules.flatMap((rule, index) => {
    const place = { table: table.name, chain: chain.name, number: index + 1, rule };
    if (end >= 0 && index > end) return [{ kind: 'never-matches' as const, place, because: end + 1 }];
    const shadowing = ending.findIndex(
      (ends, before) => ends && before < index && isShadowedBy(chain.rules, index, before),
    );
    return shadowing < 0 ? [] : [{ kind: 'never-matches' as const, place, because: shadowing + 1 }];
  });
};

/** The chains that some packet can get into, as far as unconditional rules tell. */
const chainsEntered = (table: Table): ReadonlySet<string> => {
  const entered = new Set<string>();
  const waiting: string[] = [...table.chains.keys()].filter((name) => isBuiltInChain(table.name, name));
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (entered.has(name)) continue;
    entered.add(name);
    for (const rule of table.chains.get(name)?.rules ?? []) {
      if (rule.target.kind === 'jump' || rule.target.kind === 'goto') waiting.push(rule.target.chain);
      if (takesEveryPacket(rule) && endsForSure(table, rule)) break;
    }
  }
  return entered;
};
