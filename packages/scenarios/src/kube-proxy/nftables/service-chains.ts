import type { Endpoint } from '../services/endpoint.ts';
import type { ProxiedNode, ProxiedService } from '../services/proxied.ts';
import type { ProxiedPort } from '../services/service-port.ts';
import { MARK_CHAIN } from './fixed-names.ts';
import { affinitySetName, endpointChainName } from './names.ts';
import { fromPods } from './pods.ts';
import type { ServicePlan } from './service-plan.ts';
import { planOf } from './service-plan.ts';
import { sourceText } from './sources.ts';
import type { Chain } from './table.ts';
import { destinationText, headerOf } from './words.ts';

/** What is for the cluster address and is masqueraded: everything, or what no pod of this node sends. */
const internalMarking = (node: ProxiedNode, { clusterIp }: ProxiedPort): readonly string[] => {
  const toService = `${headerOf(node.family)} daddr ${clusterIp}`;
  if (node.settings.masqueradeAll) return [`${toService} jump ${MARK_CHAIN}`];
  const pods = fromPods(node);
  return pods === undefined ? [] : [`${toService} ${pods.doesNotMatch} jump ${MARK_CHAIN}`];
};

/** A client that an endpoint keeps goes there; the others are dealt out by chance. */
const toEndpoints = (node: ProxiedNode, port: ProxiedPort, endpoints: readonly Endpoint[]): readonly string[] => {
  const keeps = (endpoint: Endpoint): string => `${headerOf(node.family)} saddr @${affinitySetName(port, endpoint)} goto ${endpointChainName(port, endpoint)}`;
  const dealt = endpoints.map((endpoint, index) => `${index} : goto ${endpointChainName(port, endpoint)}`);
  const kept = port.affinitySeconds === undefined ? [] : endpoints.map(keeps);
  return [...kept, `numgen random mod ${endpoints.length} vmap { ${dealt.join(', ')} }`];
};

const policyChain = (node: ProxiedNode, port: ProxiedPort, { forInternal }: ServicePlan, name: string | undefined, endpoints: readonly Endpoint[]): readonly Chain[] =>
  name === undefined ? [] : [{ name, lines: [...(name === forInternal ? internalMarking(node, port) : []), ...toEndpoints(node, port, endpoints)] }];

/** Where only endpoints of this node may answer, its own packets go to all of them all the same, and keep their source else. */
const externalLines = (node: ProxiedNode, port: ProxiedPort, { cluster = '', forExternal }: ServicePlan): readonly string[] => {
  const onwards = forExternal === undefined ? [] : [`goto ${forExternal}`];
  if (!port.isExternalLocal) return [`jump ${MARK_CHAIN}`, ...onwards];
  const pods = fromPods(node);
  return [
    ...(pods === undefined ? [] : [`${pods.matches} goto ${cluster} comment "short-circuit pod traffic"`]),
    `fib saddr type local jump ${MARK_CHAIN} comment "masquerade local traffic"`,
    `fib saddr type local goto ${cluster} comment "short-circuit local traffic"`,
    ...onwards,
  ];
};

/** A pod that comes back to itself is masqueraded; else it would answer itself past the translation. */
const endpointChain = (node: ProxiedNode, port: ProxiedPort, endpoint: Endpoint): Chain => {
  const source = `${headerOf(node.family)} saddr`;
  const remembered = port.affinitySeconds === undefined ? [] : [`update @${affinitySetName(port, endpoint)} { ${source} }`];
  return {
    name: endpointChainName(port, endpoint),
    lines: [
      `${source} ${endpoint.address} jump ${MARK_CHAIN}`,
      ...remembered,
      `meta l4proto ${port.protocol.toLowerCase()} dnat to ${destinationText(endpoint.address, endpoint.port)}`,
    ],
  };
};

/** All chains of a port, in the order of their making. */
export const serviceChains = (node: ProxiedNode, service: ProxiedService): readonly Chain[] => {
  const { port, traffic } = service;
  const plan = planOf(service);
  return [
    ...traffic.reachable.map((endpoint) => endpointChain(node, port, endpoint)),
    ...policyChain(node, port, plan, plan.cluster, traffic.cluster),
    ...policyChain(node, port, plan, plan.local, traffic.local),
    ...(plan.external === undefined ? [] : [{ name: plan.external, lines: externalLines(node, port, plan) }]),
    ...(plan.firewall === undefined ? [] : [{ name: plan.firewall, lines: [`${headerOf(node.family)} saddr != ${sourceText(node, port)} drop`] }]),
  ];
};
