import type { Host } from '../host/host.ts';
import type { Family } from '../packet/address.ts';
import { matchModule } from '../ruleset/iptables/matches/index.ts';
import { targetModule } from '../ruleset/iptables/targets/index.ts';
import type { Rule, RuleSet } from '../ruleset/iptables/values/rule-set.ts';
import { nftKeepsAccounts, nftProxies, nftUsesConntrack } from '../ruleset/nftables/values/conntrack-use.ts';

const uses = ({ matches, target }: Rule): boolean =>
  matches.some((match) => matchModule(match).needsConntrack?.(match) === true) ||
  (target.kind === 'extension' && targetModule(target.target).needsConntrack?.(target.target) === true);

/** xt_connbytes.c alone turns it on (`connbytes_mt_check`, 6.12). */
const counts = ({ matches }: Rule): boolean => matches.some(({ kind }) => kind === 'connbytes');

const some = ({ tables }: RuleSet, holds: (rule: Rule) => boolean): boolean =>
  [...tables.values()].some(({ chains }) => [...chains.values()].some(({ rules }) => rules.some(holds)));

/** Of either back end. */
const someRule = ({ ruleSets, otherRuleSets }: Host, family: Family, holds: (rule: Rule) => boolean): boolean =>
  some(ruleSets[family], holds) || (otherRuleSets !== undefined && some(otherRuleSets[family], holds));

const usesIn = (host: Host, family: Family): boolean => someRule(host, family, uses) || nftUsesConntrack(host.nftables, family);

/** Modules that ask for whole datagrams, as conntrack does (`nf_defrag_ipv4_enable`, net/ipv4/netfilter/nf_defrag_ipv4.c, 6.12). */
const asksForWhole = ({ matches, target }: Rule): boolean =>
  matches.some(({ kind }) => kind === 'socket') || (target.kind === 'extension' && target.target.kind === 'TPROXY');

/** Whether pieces of datagrams are put together before the first rule sees them. */
export const defragments = (host: Host, family: Family): boolean =>
  usesConntrack(host, family) || someRule(host, family, asksForWhole) || nftProxies(host.nftables, family);

interface Use {
  readonly tracks: Readonly<Record<Family, boolean>>;
  readonly accounts: boolean;
}

const known = new WeakMap<Host, Use>();

const useOf = (host: Host): Use => {
  const before = known.get(host) ?? {
    tracks: { ipv4: usesIn(host, 'ipv4'), ipv6: usesIn(host, 'ipv6') },
    // A rule of either family turns it on for the whole namespace.
    accounts: host.conntrack.accounts || someRule(host, 'ipv4', counts) || someRule(host, 'ipv6', counts) || nftKeepsAccounts(host.nftables),
  };
  known.set(host, before);
  return before;
};

/** Nothing is tracked in a namespace until a rule needs it. */
export const usesConntrack = (host: Host, family: Family): boolean => useOf(host).tracks[family];

/** Whether connections that begin are counted from then on. */
export const keepsAccounts = (host: Host): boolean => useOf(host).accounts;
