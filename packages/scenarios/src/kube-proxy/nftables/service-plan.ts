import type { ProxiedService } from '../services/proxied.ts';
import { isExternallyAccessible, usesClusterEndpoints, usesLocalEndpoints } from '../services/service-port.ts';
import { REJECT_CHAIN } from './fixed-names.ts';
import { serviceChainName } from './names.ts';

/** Which chains a port has, by name, and what becomes of packets that find no endpoint (proxier.go of 1.34, syncProxyRules). */
export interface ServicePlan {
  /** Those to endpoints anywhere; `undefined`: there is no such chain. */
  readonly cluster: string | undefined;
  /** Those to endpoints of this node. */
  readonly local: string | undefined;
  /** What comes from outside, before it goes to one of the two. */
  readonly external: string | undefined;
  /** The one that refuses what the load balancer's source ranges leave out. */
  readonly firewall: string | undefined;
  /** Where packets to the cluster address go, if anywhere. */
  readonly forInternal: string | undefined;
  /** Where `external` goes in the end, if anywhere. */
  readonly forExternal: string | undefined;
  /** For what goes nowhere: a client is told where there is no endpoint at all, and not where there is none on this node. */
  readonly refusal: string;
}

export const planOf = ({ port, traffic }: ProxiedService): ServicePlan => {
  const named = (kind: Parameters<typeof serviceChainName>[0], isUsed: boolean): string | undefined => (isUsed ? serviceChainName(kind, port) : undefined);
  const cluster = named('service', traffic.cluster.length > 0 && usesClusterEndpoints(port));
  const local = named('local', traffic.local.length > 0 && usesLocalEndpoints(port));
  return {
    cluster,
    local,
    // Even where outside traffic has no endpoint here: what this node and its pods send goes on to the others.
    external: named('external', traffic.hasAny && isExternallyAccessible(port)),
    firewall: named('firewall', port.loadBalancerVips.length > 0 && port.sourceRanges.length > 0),
    forInternal: port.isInternalLocal ? local : cluster,
    forExternal: port.isExternalLocal ? local : cluster,
    refusal: traffic.hasAny ? 'drop' : `goto ${REJECT_CHAIN}`,
  };
};
