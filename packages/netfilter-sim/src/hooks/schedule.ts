import type { Host } from '../host/host.ts';
import type { Family } from '../packet/address.ts';
import type { Table } from '../ruleset/iptables/values/rule-set.ts';
import { seesFamily } from '../ruleset/nftables/values/rule-set.ts';
import type { BaseChain, EdgeChain, NftChain, NftTable } from '../ruleset/nftables/values/rule-set.ts';
import type { Hook } from '../ruleset/shared/hooks.ts';
import { HOOK_FUNCTIONS } from './order.ts';
import type { HookFunction } from './order.ts';

/** A base chain of nftables at its hook. */
export interface NftFunction {
  readonly hook: Hook;
  /** That of its base chain. */
  readonly priority: number;
  readonly runs: 'nftables';
  readonly table: NftTable;
  readonly chain: NftChain & { readonly base: BaseChain };
}

/** Chains at the devices' own hooks, before all others and behind them. */
export interface EdgeFunction {
  readonly hook: Hook;
  /** -∞ before all others, ∞ behind them. */
  readonly priority: number;
  readonly runs: 'edge';
  readonly chains: readonly EdgeChain[];
}

/** What translates at a hook: a table's chain, or a base chain of type nat. */
export type NatFunction = HookFunction | NftFunction;

/** What runs at a hook of a certain host. */
export type ScheduledFunction = NatFunction | EdgeFunction;

interface Schedule {
  readonly functions: Readonly<Record<Hook, readonly ScheduledFunction[]>>;
  readonly translations: Readonly<Record<Hook, readonly NatFunction[]>>;
}

const schedules = new WeakMap<Host, Readonly<Record<Family, Schedule>>>();

const scheduleOf = (host: Host, family: Family): Schedule => {
  const known = schedules.get(host) ?? { ipv4: arrange(host, 'ipv4'), ipv6: arrange(host, 'ipv6') };
  schedules.set(host, known);
  return known[family];
};

/** What runs at a hook of this host, first to last. */
export const functionsAt = (host: Host, family: Family, hook: Hook): readonly ScheduledFunction[] =>
  scheduleOf(host, family).functions[hook];

/** What decides on translation inside the function `nat`, first to last; empty: nothing ever translates. */
export const natFunctionsAt = (host: Host, family: Family, hook: Hook): readonly NatFunction[] =>
  scheduleOf(host, family).translations[hook];

/** Whether anything of this host translates: its nat functions stand at all four hooks then (nf_nat_register_fn, 6.12). */
export const translates = (host: Host, family: Family): boolean =>
  Object.values(scheduleOf(host, family).translations).some((functions) => functions.length > 0);

/** The table that a function runs; `undefined`: none, or it is not loaded. */
export const tableAt = ({ ruleSets, otherRuleSets }: Host, family: Family, { runs, ofOther }: HookFunction): Table | undefined =>
  runs === 'conntrack' || runs === 'confirm' ? undefined : (ofOther === true ? otherRuleSets : ruleSets)?.[family].tables.get(runs);

/** Both back ends register at the same priorities (seen on 6.18). */
const otherTables = ({ otherRuleSets }: Host): readonly HookFunction[] =>
  otherRuleSets === undefined
    ? []
    : HOOK_FUNCTIONS.filter(({ runs }) => runs !== 'conntrack' && runs !== 'confirm').map((one) => ({ ...one, ofOther: true }));

const arrange = (host: Host, family: Family): Schedule => {
  const chains = baseChains(host, family);
  const plain = chains.filter(({ chain }) => chain.base.type !== 'nat');
  const nat = chains.filter(({ chain }) => chain.base.type === 'nat');
  const tables = [...HOOK_FUNCTIONS, ...otherTables(host)].filter((one) => tableAt(host, family, one) !== undefined);
  const others = otherTables(host).filter(({ runs }) => runs !== 'nat');
  const first = (hook: Hook): readonly ScheduledFunction[] => edgesAt(host, hook, 'PREROUTING', 'ingress');
  const last = (hook: Hook): readonly ScheduledFunction[] => edgesAt(host, hook, 'POSTROUTING', 'egress');
  return {
    functions: eachHook((hook) => [
      ...first(hook),
      ...inOrder(host, [...HOOK_FUNCTIONS, ...others, ...plain], hook),
      ...last(hook),
    ]),
    translations: eachHook((hook) => inOrder(host, [...tables.filter(({ runs }) => runs === 'nat'), ...nat], hook)),
  };
};

const eachHook = <Entry>(of: (hook: Hook) => Entry): Readonly<Record<Hook, Entry>> => ({
  PREROUTING: of('PREROUTING'),
  INPUT: of('INPUT'),
  FORWARD: of('FORWARD'),
  OUTPUT: of('OUTPUT'),
  POSTROUTING: of('POSTROUTING'),
});

/** In the order of registration, which is taken to be that of the list. */
const baseChains = ({ nftables }: Host, family: Family): readonly NftFunction[] =>
  nftables.tables
    .filter((table) => !table.dormant && seesFamily(table.family, family))
    .flatMap((table) =>
      [...table.chains.values()].flatMap(({ base, ...chain }): readonly NftFunction[] =>
        base === undefined
          ? []
          : [{ hook: base.hook, priority: base.priority, runs: 'nftables', table, chain: { ...chain, base } }],
      ),
    );

/**
 * By priority; of equals, the one that was registered last runs first (nf_hook_entries_grow,
 * net/netfilter/core.c, 6.12). Connection tracking comes before rules of its own priority: the rule
 * that needs it registers it, behind its chain.
 */
const inOrder = <Entry extends HookFunction | NftFunction>(
  host: Host,
  functions: readonly Entry[],
  hook: Hook,
): readonly Entry[] => {
  const registration = (of: Entry): number => {
    if (of.runs === 'conntrack') return 2;
    if (of.runs === 'confirm') return -1;
    return isOfNftables(host, of) === (host.registeredFirst === 'iptables') ? 1 : 0;
  };
  return functions
    .filter((one) => one.hook === hook)
    .toReversed()
    .toSorted((a, b) => a.priority - b.priority || registration(b) - registration(a));
};

/** Of two back ends one lives in nftables; a single one is taken for iptables-legacy. */
const isOfNftables = ({ otherRuleSets }: Host, of: HookFunction | NftFunction): boolean =>
  of.runs === 'nftables' || (otherRuleSets !== undefined && ('ofOther' in of) === (otherRuleSets.backEnd === 'nft'));

const edgesAt = ({ nftables }: Host, hook: Hook, at: Hook, edge: EdgeChain['hook']): readonly EdgeFunction[] => {
  const chains = nftables.edges.filter((one) => one.hook === edge);
  const priority = edge === 'ingress' ? -Infinity : Infinity;
  return hook !== at || chains.length === 0 ? [] : [{ hook, priority, runs: 'edge', chains }];
};
