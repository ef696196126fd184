/** Which of its rules the cache has on the node: all of them, none, all but those for its answers, or none in OUTPUT at all. */
export type NotrackRules = 'both-ways' | 'none' | 'inbound-only' | 'no-output';

/** What of NodeLocal DNSCache is there. Each part can be missing. */
export interface CacheParts {
  readonly notrack: NotrackRules;
  /** Its local address is on its device, and it listens there. */
  readonly localAddress: boolean;
  /** So is the cluster IP of kube-dns. */
  readonly clusterIp: boolean;
  readonly agent: 'running' | 'down';
  /** The Service that it asks is there. */
  readonly upstreamService: boolean;
  /** What it serves; absent: the one of the lesson's node. Of `bind` only the addresses that are there are kept. */
  readonly corefile?: string;
  /** The resolv.conf that it reads; absent: that of the lesson's node. */
  readonly resolvConf?: string;
}

/** All parts of NodeLocal DNSCache, as its manifest has them. */
export const WHOLE_CACHE: CacheParts = { notrack: 'both-ways', localAddress: true, clusterIp: true, agent: 'running', upstreamService: true };

/** A node on which nobody has ever installed it. The Service that only it would ask does no harm. */
export const NO_CACHE: CacheParts = { notrack: 'none', localAddress: false, clusterIp: false, agent: 'down', upstreamService: true };
