import { plainAddress } from '../../address.ts';

export type Table = 'raw' | 'filter';
export type Chain = 'PREROUTING' | 'INPUT' | 'OUTPUT';

/** node-cache finds its rules again by these (cmd/node-cache/app/cache_app.go), and so do we, ours and its. */
const SKIP_CONNTRACK = 'NodeLocal DNS Cache: skip conntrack';
const ALLOW_DNS = 'NodeLocal DNS Cache: allow DNS traffic';
const ALLOW_NODE = 'NodeLocal DNS Cache: allow node and health traffic';

export const COMMENTS: readonly string[] = [SKIP_CONNTRACK, ALLOW_DNS, ALLOW_NODE];

export interface Rule {
  readonly table: Table;
  readonly chain: Chain;
  readonly protocol: 'tcp' | 'udp';
  /** Which end of the packet has the address and the port. */
  readonly end: 'source' | 'destination';
  readonly address: string;
  readonly port: number;
  readonly target: 'NOTRACK' | 'ACCEPT';
  readonly comment: string;
  /** Only what the node sends to itself. */
  readonly isLoopback: boolean;
}

/** What the rules of a node are about. */
export interface RuleSettings {
  /** Of both families, in the order of `-localip`. */
  readonly addresses: readonly string[];
  /** 1 to 65535. */
  readonly dnsPort: number;
  /** 1 to 65535. */
  readonly healthPort: number;
}

type Place = Pick<Rule, 'table' | 'chain' | 'protocol' | 'end'>;

const place = (table: Table, chain: Chain, protocol: Rule['protocol'], end: Rule['end']): Place => ({ table, chain, protocol, end });

/** The 12 rules of one address, in the order in which node-cache puts them in (initIptables). */
const rulesOf = (address: string, dns: number, health: number): readonly Rule[] => {
  const rule = (where: Place, port: number): Rule => ({
    ...where,
    address,
    port,
    target: where.table === 'raw' ? 'NOTRACK' : 'ACCEPT',
    comment: where.table === 'raw' ? SKIP_CONNTRACK : ALLOW_DNS,
    isLoopback: false,
  });
  return [
    rule(place('raw', 'PREROUTING', 'tcp', 'destination'), dns),
    rule(place('raw', 'PREROUTING', 'udp', 'destination'), dns),
    rule(place('filter', 'INPUT', 'tcp', 'destination'), dns),
    rule(place('filter', 'INPUT', 'udp', 'destination'), dns),
    rule(place('raw', 'OUTPUT', 'tcp', 'source'), dns),
    rule(place('raw', 'OUTPUT', 'udp', 'source'), dns),
    rule(place('filter', 'OUTPUT', 'tcp', 'source'), dns),
    rule(place('filter', 'OUTPUT', 'udp', 'source'), dns),
    rule(place('raw', 'OUTPUT', 'tcp', 'destination'), dns),
    rule(place('raw', 'OUTPUT', 'udp', 'destination'), dns),
    rule(place('raw', 'OUTPUT', 'tcp', 'destination'), health),
    rule(place('raw', 'OUTPUT', 'tcp', 'source'), health),
  ];
};

export const nodeCacheRules = ({ addresses, dnsPort, healthPort }: RuleSettings): readonly Rule[] =>
  addresses.flatMap((address) => rulesOf(plainAddress(address), dnsPort, healthPort));

/**
 * What node-cache's rules lack where a chain drops what nobody let through: the queries of the node's own processes and
 * the probes of the kubelet. Both are NOTRACK, so that no rule for ESTABLISHED ever lets their answers in, and node-cache is
 * restarted for ever there (kubernetes/dns, cases q19 and r17). Both stay on the node, so INPUT opens for `lo` alone.
 */
export const nodeTrafficRules = ({ addresses, dnsPort, healthPort }: RuleSettings, chain: 'INPUT' | 'OUTPUT'): readonly Rule[] =>
  addresses.flatMap((address) => {
    const rule = (protocol: Rule['protocol'], end: Rule['end'], port: number): Rule => ({
      ...place('filter', chain, protocol, end),
      address: plainAddress(address),
      port,
      target: 'ACCEPT',
      comment: ALLOW_NODE,
      isLoopback: chain === 'INPUT',
    });
    const end = chain === 'INPUT' ? 'source' : 'destination';
    return [
      rule('tcp', end, dnsPort),
      rule('udp', end, dnsPort),
      rule('tcp', 'destination', healthPort),
      rule('tcp', 'source', healthPort),
    ];
  });

/** It makes pods and processes of the node come to the local address although kube-proxy would lead them elsewhere. */
export const isDiverting = ({ table, end }: Pick<Rule, 'table' | 'end'>): boolean => table === 'raw' && end === 'destination';

/** What `--dport` takes; for others iptables refuses the transaction, which takes the other rules with it. */
export const hasPossiblePort = ({ port }: Rule): boolean => Number.isInteger(port) && port >= 0 && port <= 65535;
