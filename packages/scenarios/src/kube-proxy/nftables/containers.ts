import type { ProxiedNode, ProxiedService } from '../services/proxied.ts';
import { elementKey } from './element-key.ts';
import { elementsOf } from './elements.ts';
import type { MapKind } from './fixed-names.ts';
import { CLUSTER_IPS, MAPS, NODE_PORT_IPS } from './fixed-names.ts';
import { affinitySetName } from './names.ts';
import type { NodePortPlaces } from './node-ports.ts';
import type { AddressSet, Container, VerdictElement, VerdictMap } from './table.ts';
import { addressTypeOf, durationText } from './words.ts';

const COMMENTS: Readonly<Record<MapKind, string>> = {
  refusedServices: 'vmap to drop or reject packets to services with no endpoints',
  refusedNodePorts: 'vmap to drop or reject packets to service nodeports with no endpoints',
  firewall: 'destinations that are subject to LoadBalancerSourceRanges',
  services: 'ClusterIP, ExternalIP and LoadBalancer IP traffic',
  nodePorts: 'NodePort traffic',
};

/** In the order of their making. */
const MAP_KINDS = ['refusedServices', 'refusedNodePorts', 'firewall', 'services', 'nodePorts'] as const satisfies readonly MapKind[];

/** Of two Services with one address and port the later has it; the comment stays where the verdict does (ensureElem). */
const withoutDoubles = (elements: readonly VerdictElement[]): readonly VerdictElement[] => {
  const found = new Map<string, VerdictElement>();
  for (const element of elements) {
    const key = elementKey(element);
    if (found.get(key)?.verdict !== element.verdict) found.set(key, element);
  }
  return [...found.values()];
};

const verdictMap = ({ family, services }: ProxiedNode, kind: MapKind): VerdictMap => {
  const hasAddress = kind !== 'nodePorts' && kind !== 'refusedNodePorts';
  return {
    kind: 'map',
    name: MAPS[kind],
    properties: [`type ${hasAddress ? `${addressTypeOf(family)} . ` : ''}inet_proto . inet_service : verdict`, `comment "${COMMENTS[kind]}"`],
    elements: withoutDoubles(services.flatMap((service) => elementsOf(service)[kind])),
  };
};

/** A set for each endpoint that clients stay with; nft gives it its size, as rules add to it (src/evaluate.c). */
const affinitySets = (node: ProxiedNode, { port, traffic }: ProxiedService): readonly AddressSet[] => {
  const { affinitySeconds } = port;
  if (affinitySeconds === undefined) return [];
  const properties = [`type ${addressTypeOf(node.family)}`, 'size 65535', 'flags dynamic,timeout', `timeout ${durationText(affinitySeconds)}`];
  return traffic.reachable.map((endpoint) => ({ kind: 'set', name: affinitySetName(port, endpoint), properties, elements: [] }));
};

/** All sets and maps, in the order of their making. */
export const containersOf = (node: ProxiedNode, places: NodePortPlaces): readonly Container[] => {
  const type = `type ${addressTypeOf(node.family)}`;
  const clusterIps: AddressSet = {
    kind: 'set',
    name: CLUSTER_IPS,
    properties: [type, 'comment "Active ClusterIPs"'],
    elements: [...new Set(node.services.map(({ port }) => port.clusterIp))],
  };
  const nodePortIps: readonly AddressSet[] =
    places.kind === 'everywhere' ? [] : [{ kind: 'set', name: NODE_PORT_IPS, properties: [type, 'comment "IPs that accept NodePort traffic"'], elements: places.addresses }];
  return [
    clusterIps,
    ...nodePortIps,
    ...MAP_KINDS.map((kind) => verdictMap(node, kind)),
    ...node.services.flatMap((service) => affinitySets(node, service)),
  ];
};
