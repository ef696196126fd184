import type { Host } from '../host/host.ts';
import type { Family } from '../packet/address.ts';
import type { Rule, RuleSet } from '../ruleset/iptables/values/rule-set.ts';
import { nftUsesConntrack } from '../ruleset/nftables/values/conntrack-use.ts';

/** Matches and targets that make the kernel track connections (`nf_ct_netns_get` in their checks, 6.12). */
const MATCHES: ReadonlySet<string> = new Set([
  'conntrack',
  'state',
  'connmark',
  'connlimit',
  'connbytes',
  'connlabel',
  'helper',
  'cluster',
]);
const TARGETS: ReadonlySet<string> = new Set([
  'CONNMARK',
  'CONNSECMARK',
  'DNAT',
  'SNAT',
  'MASQUERADE',
  'REDIRECT',
  'NETMAP',
  'SYNPROXY',
]);

const uses = ({ matches, target }: Rule): boolean => {
  if (matches.some(({ kind }) => MATCHES.has(kind))) return true;
  if (target.kind !== 'extension') return false;
  // NOTRACK alone, in either spelling, needs no tracking.
  return TARGETS.has(target.target.kind) || (target.target.kind === 'CT' && !target.target.notrack);
};

const iptablesUses = ({ tables }: RuleSet): boolean =>
  [...tables.values()].some(({ chains }) => [...chains.values()].some(({ rules }) => rules.some(uses)));

const answer = (host: Host, family: Family): boolean => iptablesUses(host.ruleSets[family]) || nftUsesConntrack(host.nftables, family);

const known = new WeakMap<Host, Readonly<Record<Family, boolean>>>();

/** Nothing is tracked in a namespace until a rule needs it. */
export const usesConntrack = (host: Host, family: Family): boolean => {
  const before = known.get(host) ?? { ipv4: answer(host, 'ipv4'), ipv6: answer(host, 'ipv6') };
  known.set(host, before);
  return before[family];
};
