import type { Address } from '@nodelocal/netfilter-sim';
import type { ProxiedNode, ProxiedService } from '../services/proxied.ts';
import { hostAddresses, nodePortAddresses } from './node-addresses.ts';

/** An address and a port at which a port of a Service is met: it is a virtual server, and an element of some sets. */
export interface Front {
  readonly kind: 'cluster' | 'external' | 'load-balancer' | 'node-port';
  readonly service: ProxiedService;
  readonly address: Address;
  /** 1 to 65535. */
  readonly port: number;
  /** It is for endpoints of this node, as long as there are any. */
  readonly isLocal: boolean;
  /** Its address is put on kube-ipvs0; one that another interface has already is not. */
  readonly isBound: boolean;
}

const ownFronts = (service: ProxiedService, host: ReadonlySet<Address>): readonly Front[] => {
  const { port, clusterIp, externalIps, loadBalancerVips, isInternalLocal, isExternalLocal } = service.port;
  const outer = (kind: 'external' | 'load-balancer') => (address: Address): Front => ({ kind, service, address, port, isLocal: isExternalLocal, isBound: !host.has(address) });
  return [
    { kind: 'cluster', service, address: clusterIp, port, isLocal: isInternalLocal, isBound: true },
    ...externalIps.map(outer('external')),
    ...loadBalancerVips.map(outer('load-balancer')),
  ];
};

const nodePortFronts = (service: ProxiedService, addresses: readonly Address[]): readonly Front[] => {
  const { nodePort, isExternalLocal } = service.port;
  if (nodePort === undefined) return [];
  return addresses.map((address) => ({ kind: 'node-port', service, address, port: nodePort, isLocal: isExternalLocal, isBound: false }));
};

/** What is on kube-ipvs0, each address once. */
export const boundAddresses = (fronts: readonly Front[]): readonly Address[] => [...new Set(fronts.filter(({ isBound }) => isBound).map(({ address }) => address))];

/** Of every Service of the node, in the order of these (pkg/proxy/ipvs/proxier.go of 1.34, `syncProxyRules`). */
export const frontsOf = (node: ProxiedNode): readonly Front[] => {
  const host = new Set(hostAddresses(node));
  const own = node.services.map((service) => ownFronts(service, host));
  const addresses = nodePortAddresses(node, boundAddresses(own.flat()));
  return node.services.flatMap((service, at) => [...(own[at] ?? []), ...nodePortFronts(service, addresses)]);
};
