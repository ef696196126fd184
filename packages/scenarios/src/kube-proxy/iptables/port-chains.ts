import { prefixContains, printPrefix } from '@nodelocal/netfilter-sim';
import { localTest, localTraffic } from '../services/local-traffic.ts';
import type { ProxiedNode, ProxiedService } from '../services/proxied.ts';
import { chainsOf } from './names.ts';
import { portalOf } from './portals.ts';
import type { RestoreText } from './restore-text.ts';
import { comment, destination } from './restore-text.ts';

const MASQUERADE = '-j KUBE-MARK-MASQ';

/** What comes to the cluster address from outside the cluster is masqueraded: it may have to go on to another node. */
const writeInternal = (node: ProxiedNode, { port }: ProxiedService, chain: string, { nat }: RestoreText): void => {
  const own = localTraffic(node);
  const words = [comment(`${port.id} cluster IP`), destination(port.protocol, port.port, port.clusterIp)];
  if (node.settings.masqueradeAll) nat.rule(chain, ...words, MASQUERADE);
  else if (own !== undefined) nat.rule(chain, ...words, localTest(own, 'is-not'), MASQUERADE);
};

const writeExternal = (node: ProxiedNode, service: ProxiedService, { nat }: RestoreText): void => {
  const { port } = service;
  const { external, cluster } = chainsOf(port);
  const { hasExternal, externalPolicyChain } = portalOf(service);
  nat.chain(external);
  const say = (what: string): string => comment(`${what} for ${port.id} external destinations`);
  if (!port.isExternalLocal) {
    nat.rule(external, say('masquerade traffic'), MASQUERADE);
  } else {
    const own = localTraffic(node);
    const fromNode = '-m addrtype --src-type LOCAL';
    // Pods and the node itself are answered as if a load balancer had sent them to any node.
    if (own !== undefined) nat.rule(external, say('pod traffic'), localTest(own, 'is'), `-j ${cluster}`);
    nat.rule(external, say('masquerade LOCAL traffic'), fromNode, MASQUERADE);
    nat.rule(external, say('route LOCAL traffic'), fromNode, `-j ${cluster}`);
  }
  if (hasExternal) nat.rule(external, `-j ${externalPolicyChain}`);
};

const writeFirewall = ({ nodeIp }: ProxiedNode, { port }: ProxiedService, { nat }: RestoreText): void => {
  const { firewall, external } = chainsOf(port);
  nat.chain(firewall);
  const said = comment(`${port.id} loadbalancer IP`);
  for (const range of port.sourceRanges) nat.rule(firewall, said, `-s ${printPrefix(range)} -j ${external}`);
  // A node that has the load balancer's address itself sends from it.
  if (nodeIp !== undefined && port.sourceRanges.some((range) => prefixContains(range, nodeIp))) {
    for (const address of port.loadBalancerVips) nat.rule(firewall, said, `-s ${address} -j ${external}`);
  }
  nat.rule(firewall, comment(`other traffic to ${port.id} will be dropped by KUBE-PROXY-FIREWALL`));
};

/** The chains that a Service's port has before those of its endpoints. */
export const writePortChains = (node: ProxiedNode, service: ProxiedService, text: RestoreText): void => {
  const { hasInternal, internalChain, usesExternal, usesFirewall } = portalOf(service);
  if (hasInternal) writeInternal(node, service, internalChain, text);
  if (usesExternal) writeExternal(node, service, text);
  if (usesFirewall) writeFirewall(node, service, text);
};
