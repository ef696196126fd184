import type { Family } from '@nodelocal/netfilter-sim';
import type { FilledSets, SetFields } from './set-match.ts';
import { commentedSetMatch, isFilled } from './set-match.ts';
import type { SetName } from './sets.ts';

interface SetRule {
  readonly table: 'nat' | 'filter';
  readonly chain: string;
  readonly protocol?: 'tcp' | 'udp' | 'sctp';
  readonly set: SetName;
  readonly fields: SetFields;
  readonly target: string;
}

/**
 * The rules that are there only where their set has something in it (`ipsetWithIptablesChain` of proxier.go, 1.34). What a local
 * policy keeps from being masqueraded comes before what masquerades.
 */
const SET_RULES: readonly SetRule[] = [
  { table: 'nat', chain: 'KUBE-POSTROUTING', set: 'KUBE-LOOP-BACK', fields: 'dst,dst,src', target: 'MASQUERADE' },
  { table: 'nat', chain: 'KUBE-SERVICES', set: 'KUBE-LOAD-BALANCER', fields: 'dst,dst', target: 'KUBE-LOAD-BALANCER' },
  { table: 'nat', chain: 'KUBE-LOAD-BALANCER', set: 'KUBE-LOAD-BALANCER-LOCAL', fields: 'dst,dst', target: 'RETURN' },
  { table: 'nat', chain: 'KUBE-NODE-PORT', protocol: 'tcp', set: 'KUBE-NODE-PORT-LOCAL-TCP', fields: 'dst', target: 'RETURN' },
  { table: 'nat', chain: 'KUBE-NODE-PORT', protocol: 'tcp', set: 'KUBE-NODE-PORT-TCP', fields: 'dst', target: 'KUBE-MARK-MASQ' },
  { table: 'nat', chain: 'KUBE-NODE-PORT', protocol: 'udp', set: 'KUBE-NODE-PORT-LOCAL-UDP', fields: 'dst', target: 'RETURN' },
  { table: 'nat', chain: 'KUBE-NODE-PORT', protocol: 'udp', set: 'KUBE-NODE-PORT-UDP', fields: 'dst', target: 'KUBE-MARK-MASQ' },
  { table: 'nat', chain: 'KUBE-NODE-PORT', protocol: 'sctp', set: 'KUBE-NODE-PORT-LOCAL-SCTP-HASH', fields: 'dst,dst', target: 'RETURN' },
  { table: 'nat', chain: 'KUBE-NODE-PORT', protocol: 'sctp', set: 'KUBE-NODE-PORT-SCTP-HASH', fields: 'dst,dst', target: 'KUBE-MARK-MASQ' },
  { table: 'filter', chain: 'KUBE-PROXY-FIREWALL', set: 'KUBE-LOAD-BALANCER-FW', fields: 'dst,dst', target: 'KUBE-SOURCE-RANGES-FIREWALL' },
  { table: 'filter', chain: 'KUBE-SOURCE-RANGES-FIREWALL', set: 'KUBE-LOAD-BALANCER-SOURCE-CIDR', fields: 'dst,dst,src', target: 'RETURN' },
  { table: 'filter', chain: 'KUBE-SOURCE-RANGES-FIREWALL', set: 'KUBE-LOAD-BALANCER-SOURCE-IP', fields: 'dst,dst,src', target: 'RETURN' },
];

const printSetRule = (family: Family, { chain, protocol, set, fields, target }: SetRule): string =>
  [`-A ${chain}`, ...(protocol === undefined ? [] : [`-p ${protocol}`]), commentedSetMatch(family, set, fields), `-j ${target}`].join(' ');

export const setRules = (table: 'nat' | 'filter', family: Family, sets: FilledSets): readonly string[] =>
  SET_RULES.filter((rule) => rule.table === table && isFilled(sets, rule.set)).map((rule) => printSetRule(family, rule));
