import type { NotrackRules } from '../scenario/cache-parts.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** All that decides what the node is at a moment. It is a value: whatever happens gives another one, and the node is built of it anew. */
export interface NodePlan extends Pick<Scenario, 'node' | 'kernel' | 'sysctls' | 'rules' | 'clients'> {
  readonly notrack: NotrackRules;
  readonly localAddress: boolean;
  readonly clusterIp: boolean;
  readonly upstreamService: boolean;
  /** Endpoints that kube-proxy knows to be gone. */
  readonly goneEndpoints: readonly string[];
  /** Every rule but the cache's and those that were added since is flushed away. */
  readonly flushed: boolean;
  readonly added: readonly AddedRules[];
}

/** Rules that were added since: a text for `iptables-restore --noflush`, and where the scenario says it. */
interface AddedRules {
  readonly path: string;
  readonly text: string;
}

export const planOf = ({ node, kernel, sysctls, rules, clients, cache }: Scenario): NodePlan => {
  const { notrack, localAddress, clusterIp, upstreamService } = cache;
  return { node, kernel, sysctls, rules, clients, notrack, localAddress, clusterIp, upstreamService, goneEndpoints: [], flushed: false, added: [] };
};
