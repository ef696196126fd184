import type { Address, Family, NodeSnapshot } from '@nodelocal/netfilter-sim';

/** What would be done to a node, and for whom. */
export interface PreflightPlan {
  readonly snapshot: NodeSnapshot;
  /** One after the other. */
  readonly transactions: readonly Transaction[];
  /** What the cache would listen on. */
  readonly addresses: readonly Address[];
  /** The link that gets these addresses. */
  readonly device: string;
  /** Where the cache would listen, 1 to 65535. */
  readonly dnsPort: number;
  /** Where the kubelet asks how the cache is, 1 to 65535: on the first address (`health` of the Corefile). */
  readonly healthPort: number;
  /** Who asks; of a family without one, somebody is looked for. */
  readonly pods: readonly Pod[];
  /** The Service that the cache asks in its turn; absent: what it asks is not looked at. */
  readonly upstream?: Address;
}

/** Text for `iptables-restore --noflush`, `ip6tables-restore --noflush` or `nft -f`, whichever it is in. */
export interface Transaction {
  /** The name that errors show. */
  readonly file: string;
  /** What the tool would be given. */
  readonly text: string;
  /** Of iptables' rules; those of nftables say it themselves. */
  readonly family: Family;
}

/** A pod as its node sees it: an address behind a device. */
export interface Pod {
  readonly device: string;
  readonly address: Address;
}
