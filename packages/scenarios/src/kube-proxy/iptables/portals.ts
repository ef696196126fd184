import type { ProxiedNode, ProxiedService } from '../services/proxied.ts';
import { isExternallyAccessible } from '../services/service-port.ts';
import { chainsOf } from './names.ts';
import { answersAtLoopback } from './node-port-places.ts';
import type { RestoreText } from './restore-text.ts';
import { comment, destination } from './restore-text.ts';

/** Which chains of a Service's port are there, and where its addresses lead. */
export interface Portal {
  readonly usesCluster: boolean;
  readonly usesLocal: boolean;
  readonly usesExternal: boolean;
  readonly usesFirewall: boolean;
  /** What comes to the cluster address is answered somewhere. */
  readonly hasInternal: boolean;
  /** What comes from outside to this node is. */
  readonly hasExternal: boolean;
  readonly internalChain: string;
  /** Behind the one for what comes from outside. */
  readonly externalPolicyChain: string;
}

export const portalOf = ({ port, traffic }: ProxiedService): Portal => {
  const { cluster, local, hasAny } = traffic;
  const chains = chainsOf(port);
  return {
    usesCluster: cluster.length > 0,
    usesLocal: local.length > 0,
    usesExternal: hasAny && isExternallyAccessible(port),
    usesFirewall: hasAny && port.loadBalancerVips.length > 0 && port.sourceRanges.length > 0,
    hasInternal: port.isInternalLocal ? local.length > 0 : hasAny,
    hasExternal: port.isExternalLocal ? local.length > 0 : hasAny,
    internalChain: port.isInternalLocal ? chains.local : chains.cluster,
    externalPolicyChain: port.isExternalLocal ? chains.local : chains.cluster,
  };
};

/** Nobody at all answers, or nobody on this node: the first is said to the client, the second is for another node to answer. */
const refusal = ({ port, traffic }: ProxiedService): { readonly says: string; readonly target: string } =>
  traffic.hasAny ? { says: comment(`${port.id} has no local endpoints`), target: '-j DROP' } : { says: comment(`${port.id} has no endpoints`), target: '-j REJECT' };

/** The rules that catch what is sent to a Service's addresses. */
export const writePortals = (node: ProxiedNode, service: ProxiedService, { filter, nat }: RestoreText): void => {
  const { port, traffic } = service;
  const { id, protocol } = port;
  const portal = portalOf(service);
  const chains = chainsOf(port);
  const { says, target } = refusal(service);

  const toCluster = destination(protocol, port.port, port.clusterIp);
  if (portal.hasInternal) nat.rule('KUBE-SERVICES', comment(`${id} cluster IP`), toCluster, `-j ${portal.internalChain}`);
  else filter.rule('KUBE-SERVICES', says, toCluster, target);

  for (const address of port.externalIps) {
    const there = destination(protocol, port.port, address);
    if (traffic.hasAny) nat.rule('KUBE-SERVICES', comment(`${id} external IP`), there, `-j ${chains.external}`);
    if (!portal.hasExternal) filter.rule('KUBE-EXTERNAL-SERVICES', says, there, target);
  }

  for (const address of port.loadBalancerVips) {
    const there = destination(protocol, port.port, address);
    if (traffic.hasAny) nat.rule('KUBE-SERVICES', comment(`${id} loadbalancer IP`), there, `-j ${portal.usesFirewall ? chains.firewall : chains.external}`);
    if (portal.usesFirewall) filter.rule('KUBE-PROXY-FIREWALL', comment(`${id} traffic not accepted by ${chains.firewall}`), there, '-j DROP');
    if (!portal.hasExternal) filter.rule('KUBE-EXTERNAL-SERVICES', says, there, target);
  }

  if (port.nodePort !== undefined) {
    const there = destination(protocol, port.nodePort);
    if (traffic.hasAny) {
      if (answersAtLoopback(node)) {
        nat.rule('KUBE-NODEPORTS', comment(id), destination(protocol, port.nodePort, '127.0.0.0/8'), `-m nfacct --nfacct-name localhost_nps_accepted_pkts -j ${chains.external}`);
      }
      nat.rule('KUBE-NODEPORTS', comment(id), there, `-j ${chains.external}`);
    }
    if (!portal.hasExternal) filter.rule('KUBE-EXTERNAL-SERVICES', says, '-m addrtype --dst-type LOCAL', there, target);
  }

  if (port.healthCheckNodePort !== undefined) {
    filter.rule('KUBE-NODEPORTS', comment(`${id} health check node port`), destination('TCP', port.healthCheckNodePort), '-j ACCEPT');
  }
};
