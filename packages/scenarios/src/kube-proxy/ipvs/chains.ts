import type { Family, RuleSet } from '@nodelocal/netfilter-sim';
import { parseRuleSet, printRuleSet, restoreInto } from '@nodelocal/netfilter-sim';

const FILE = 'kube-proxy';

const NAT_CHAINS = ['KUBE-SERVICES', 'KUBE-POSTROUTING', 'KUBE-NODE-PORT', 'KUBE-LOAD-BALANCER', 'KUBE-MARK-MASQ'] as const;
const FILTER_CHAINS = ['KUBE-FORWARD', 'KUBE-NODE-PORT', 'KUBE-PROXY-FIREWALL', 'KUBE-SOURCE-RANGES-FIREWALL', 'KUBE-IPVS-FILTER', 'KUBE-IPVS-OUT-FILTER'] as const;

const jump = (from: string, to: string, comment: string): string => `-A ${from} -m comment --comment "${comment}" -j ${to}`;

/** kube-proxy puts each of its jumps first (`iptablesJumpChain` of proxier.go, 1.34), so the last one that it comes to stands first. */
const NAT_JUMPS = [
  jump('OUTPUT', 'KUBE-SERVICES', 'kubernetes service portals'),
  jump('PREROUTING', 'KUBE-SERVICES', 'kubernetes service portals'),
  jump('POSTROUTING', 'KUBE-POSTROUTING', 'kubernetes postrouting rules'),
];
const FILTER_JUMPS = [
  jump('OUTPUT', 'KUBE-IPVS-OUT-FILTER', 'kubernetes ipvs access filter'),
  jump('INPUT', 'KUBE-IPVS-FILTER', 'kubernetes ipvs access filter'),
  jump('FORWARD', 'KUBE-PROXY-FIREWALL', 'kube-proxy firewall rules'),
  jump('INPUT', 'KUBE-PROXY-FIREWALL', 'kube-proxy firewall rules'),
  jump('INPUT', 'KUBE-NODE-PORT', 'kubernetes health check rules'),
  jump('FORWARD', 'KUBE-FORWARD', 'kubernetes forwarding rules'),
];

const declared = (chains: readonly string[], policy: 'ACCEPT' | '-'): readonly string[] => chains.map((chain) => `:${chain} ${policy} [0:0]`);

const table = (name: 'nat' | 'filter', lines: readonly string[]): string => [`*${name}`, ...lines, 'COMMIT', ''].join('\n');

/** The kernel's own chains, with kube-proxy's hung in: what is there before it restores any rules. */
const linked = (family: Family): RuleSet =>
  parseRuleSet(
    table('nat', [...declared(['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'], 'ACCEPT'), ...declared(NAT_CHAINS, '-'), ...NAT_JUMPS]) +
      table('filter', [...declared(['INPUT', 'FORWARD', 'OUTPUT'], 'ACCEPT'), ...declared(FILTER_CHAINS, '-'), ...FILTER_JUMPS]),
    { file: FILE, family },
  );

/** What `iptables-save` or `ip6tables-save` prints once kube-proxy has restored these rules on a node that had none. */
export const savedRules = (family: Family, rules: { readonly nat: readonly string[]; readonly filter: readonly string[] }): string => {
  const restored = table('nat', [...declared(NAT_CHAINS, '-'), ...rules.nat]) + table('filter', [...declared(FILTER_CHAINS, '-'), ...rules.filter]);
  return printRuleSet(restoreInto(linked(family), restored, { file: FILE }));
};
