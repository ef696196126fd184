import type { Family } from '@nodelocal/netfilter-sim';

/** As `ipset` names them. */
type SetShape = 'hash:ip' | 'hash:ip,port' | 'hash:ip,port,ip' | 'hash:ip,port,net' | 'bitmap:port';

interface SetKind {
  readonly shape: SetShape;
  /** What rules that ask the set are commented with; not a comment of the set. */
  readonly comment: string;
}

/**
 * The sets that kube-proxy makes in each family, filled or not (pkg/proxy/ipvs/ipset.go and `ipsetInfo` of proxier.go, 1.34),
 * under their names in IPv4.
 */
export const SETS = {
  'KUBE-LOOP-BACK': { shape: 'hash:ip,port,ip', comment: 'Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose' },
  'KUBE-CLUSTER-IP': { shape: 'hash:ip,port', comment: 'Kubernetes service cluster ip + port for masquerade purpose' },
  'KUBE-EXTERNAL-IP': { shape: 'hash:ip,port', comment: 'Kubernetes service external ip + port for masquerade and filter purpose' },
  'KUBE-EXTERNAL-IP-LOCAL': { shape: 'hash:ip,port', comment: 'Kubernetes service external ip + port with externalTrafficPolicy=local' },
  'KUBE-LOAD-BALANCER': { shape: 'hash:ip,port', comment: 'Kubernetes service lb portal' },
  'KUBE-LOAD-BALANCER-FW': { shape: 'hash:ip,port', comment: 'Kubernetes service load balancer ip + port for load balancer with sourceRange' },
  'KUBE-LOAD-BALANCER-LOCAL': { shape: 'hash:ip,port', comment: 'Kubernetes service load balancer ip + port with externalTrafficPolicy=local' },
  'KUBE-LOAD-BALANCER-SOURCE-IP': { shape: 'hash:ip,port,ip', comment: 'Kubernetes service load balancer ip + port + source IP for packet filter purpose' },
  'KUBE-LOAD-BALANCER-SOURCE-CIDR': { shape: 'hash:ip,port,net', comment: 'Kubernetes service load balancer ip + port + source cidr for packet filter purpose' },
  'KUBE-NODE-PORT-TCP': { shape: 'bitmap:port', comment: 'Kubernetes nodeport TCP port for masquerade purpose' },
  'KUBE-NODE-PORT-LOCAL-TCP': { shape: 'bitmap:port', comment: 'Kubernetes nodeport TCP port with externalTrafficPolicy=local' },
  'KUBE-NODE-PORT-UDP': { shape: 'bitmap:port', comment: 'Kubernetes nodeport UDP port for masquerade purpose' },
  'KUBE-NODE-PORT-LOCAL-UDP': { shape: 'bitmap:port', comment: 'Kubernetes nodeport UDP port with externalTrafficPolicy=local' },
  'KUBE-NODE-PORT-SCTP-HASH': { shape: 'hash:ip,port', comment: "Kubernetes nodeport SCTP port for masquerade purpose with type 'hash ip:port'" },
  'KUBE-NODE-PORT-LOCAL-SCTP-HASH': { shape: 'hash:ip,port', comment: "Kubernetes nodeport SCTP port with externalTrafficPolicy=local with type 'hash ip:port'" },
  'KUBE-HEALTH-CHECK-NODE-PORT': { shape: 'bitmap:port', comment: 'Kubernetes health check node port' },
  'KUBE-IPVS-IPS': { shape: 'hash:ip', comment: 'Addresses on the ipvs interface' },
} as const satisfies Readonly<Record<string, SetKind>>;

export type SetName = keyof typeof SETS;

export const SET_NAMES = Object.keys(SETS) as readonly SetName[];

/** The kernel takes names of up to 31 octets (IPSET_MAXNAMELEN is 32). */
const NAME_MAX = 31;

/** What the set is called on the node: those of IPv6 have names of their own, of which two are cut short (`NewIPSet`). */
export const setNameOf = (family: Family, name: SetName): string => (family === 'ipv4' ? name : name.replace('KUBE-', 'KUBE-6-').slice(0, NAME_MAX));

/** A set as it is on the node. */
export interface FilledSet {
  /** As rules name it: `KUBE-CLUSTER-IP`. */
  readonly name: string;
  readonly family: Family;
  readonly shape: SetShape;
  /** As `ipset save` prints them after the set's name: `10.96.0.10,udp:53`, `30053`. Sorted, each once. */
  readonly entries: readonly string[];
}
