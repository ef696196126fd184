import type { Address, Family, Prefix } from '@nodelocal/netfilter-sim';
import { familyOf, loopbackAddress } from '@nodelocal/netfilter-sim';
import type { KubernetesNode, KubernetesObjects } from '../../kubernetes/objects.ts';
import type { ProxySettings } from '../settings/settings.ts';
import type { Endpoint } from './endpoint.ts';
import { endpointsOf } from './endpoint.ts';
import type { ProxiedPort } from './service-port.ts';
import { proxiedPorts } from './service-port.ts';
import type { Traffic } from './traffic.ts';
import { trafficOf } from './traffic.ts';

/** A port of a Service, and where this node sends what comes for it. */
export interface ProxiedService {
  readonly port: ProxiedPort;
  /** Ready or not. */
  readonly endpoints: readonly Endpoint[];
  readonly traffic: Traffic;
}

/** All that the rules of one node in one family are made from. */
export interface ProxiedNode {
  readonly family: Family;
  readonly settings: ProxySettings;
  readonly node: KubernetesNode;
  /** Its own address; `undefined`: it has none in this family. */
  readonly nodeIp: Address | undefined;
  /** Every address of its interfaces, its loopback's too. */
  readonly addresses: readonly Address[];
  readonly podRanges: readonly Prefix[];
  /** Where cluster addresses of the family are taken from; empty where nobody told. */
  readonly serviceRanges: readonly Prefix[];
  /** By namespace, name and port: kube-proxy has them in an order of chance. */
  readonly services: readonly ProxiedService[];
}

/** There is no node of this `name` among the `nodes` of the objects. */
export class NoSuchNodeError extends Error {
  constructor(name: string, nodes: readonly KubernetesNode[]) {
    super(`there is no node "${name}" among the objects (there are ${nodes.length === 0 ? 'none' : nodes.map((node) => node.name).join(', ')})`);
    this.name = 'NoSuchNodeError';
  }
}

const ZONE_LABEL = 'topology.kubernetes.io/zone';

const byId = ({ port: one }: ProxiedService, { port: other }: ProxiedService): number => {
  const [first, second] = [one, other].map(({ id, protocol }) => `${id}/${protocol}`);
  return (first ?? '') < (second ?? '') ? -1 : 1;
};

/** What kube-proxy knows of the node of this `name`, in one family. @throws NoSuchNodeError */
export const proxiedNode = (objects: KubernetesObjects, name: string, family: Family, settings: ProxySettings): ProxiedNode => {
  const node = objects.nodes.find((each) => each.name === name);
  if (node === undefined) throw new NoSuchNodeError(name, objects.nodes);
  const ofFamily = (addresses: readonly Address[]): readonly Address[] => addresses.filter((address) => familyOf(address) === family);
  const services = objects.services
    .flatMap((service) => proxiedPorts(family, service))
    .map((port): ProxiedService => {
      const endpoints = endpointsOf(family, name, objects.endpointSlices, port);
      return { port, endpoints, traffic: trafficOf(endpoints, port, { nodeName: name, zone: node.labels.get(ZONE_LABEL) }) };
    });
  return {
    family,
    settings,
    node,
    // Those inside come first (component-helpers, node/util, GetNodeHostIPs).
    nodeIp: ofFamily([...node.internalIps, ...node.externalIps])[0],
    addresses: [loopbackAddress(family), ...ofFamily(node.internalIps)],
    podRanges: node.podRanges.filter(({ address }) => familyOf(address) === family),
    serviceRanges: objects.serviceRanges.filter(({ address }) => familyOf(address) === family),
    services: services.toSorted(byId),
  };
};
