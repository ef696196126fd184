import type { Address, NodeSnapshot } from '@nodelocal/netfilter-sim';
import type { Pod } from '../../preflight/node/plan.ts';

/** A node with a cache on it, and whose questions it is to answer. */
export interface DoctorPlan {
  readonly snapshot: NodeSnapshot;
  /** What the cache should listen on; absent: the node's own link and rules say it. */
  readonly addresses?: readonly Address[];
  /** The link that has these addresses. */
  readonly device: string;
  /** Where the cache should listen, 1 to 65535. */
  readonly dnsPort: number;
  /** Where the kubelet asks how the cache is, 1 to 65535: on the first address (`health` of the Corefile). */
  readonly healthPort: number;
  /** Who asks; of a family without one, somebody is looked for. */
  readonly pods: readonly Pod[];
  /** The Service that the cache asks in its turn; absent: what it asks is not looked at. */
  readonly upstream?: Address;
}
