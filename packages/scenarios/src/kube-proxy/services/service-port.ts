import type { Address, Family, Prefix } from '@nodelocal/netfilter-sim';
import { familyOf } from '@nodelocal/netfilter-sim';
import type { Service, ServicePort, ServiceProtocol } from '../../kubernetes/objects.ts';

/** A port of a Service in one family, as kube-proxy has it (pkg/proxy/serviceport.go of 1.34). */
export interface ProxiedPort {
  /** `namespace/name:port`, or `namespace/name` where the port has no name: what rules are commented with. */
  readonly id: string;
  /** The Service's. */
  readonly namespace: string;
  /** The Service's name. */
  readonly service: string;
  /** '' where the port has none. */
  readonly portName: string;
  readonly protocol: ServiceProtocol;
  readonly clusterIp: Address;
  /** 1 to 65535. */
  readonly port: number;
  /** 1 to 65535; `undefined`: it has none. */
  readonly nodePort: number | undefined;
  readonly externalIps: readonly Address[];
  readonly loadBalancerVips: readonly Address[];
  /** Empty: from everywhere. */
  readonly sourceRanges: readonly Prefix[];
  /** In seconds; `undefined`: a client may meet another endpoint each time. */
  readonly affinitySeconds: number | undefined;
  readonly isInternalLocal: boolean;
  readonly isExternalLocal: boolean;
  /** 1 to 65535; `undefined`: it has none. */
  readonly healthCheckNodePort: number | undefined;
}

/** It can be reached by something else than its cluster address. */
export const isExternallyAccessible = ({ nodePort, loadBalancerVips, externalIps }: ProxiedPort): boolean =>
  nodePort !== undefined || loadBalancerVips.length > 0 || externalIps.length > 0;

/** Even where external traffic is for local endpoints only, what a pod of the node sends to an external address goes to all of them. */
export const usesClusterEndpoints = (port: ProxiedPort): boolean => !port.isInternalLocal || isExternallyAccessible(port);

export const usesLocalEndpoints = (port: ProxiedPort): boolean => port.isInternalLocal || (port.isExternalLocal && isExternallyAccessible(port));

/** pkg/api/v1/service/util.go, ExternallyAccessible: by its type, which says more than its addresses. */
const isExternalByType = ({ type, externalIps }: Service): boolean =>
  type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && externalIps.length > 0);

const ofFamily = (family: Family, addresses: readonly Address[]): readonly Address[] => addresses.filter((address) => familyOf(address) === family);

/** A network of no bits allows everybody, as none at all does. */
const rangesOf = (family: Family, { loadBalancerSourceRanges }: Service): readonly Prefix[] => {
  const ranges = loadBalancerSourceRanges.filter(({ address }) => familyOf(address) === family);
  return ranges.some(({ length }) => length === 0) ? [] : ranges;
};

/** What kube-proxy serves of a Service in one family; of two ports of one name and protocol the later. */
export const proxiedPorts = (family: Family, service: Service): readonly ProxiedPort[] => {
  const clusterIp = service.clusterIps.get(family);
  if (clusterIp === undefined || service.type === 'ExternalName') return [];
  const isExternalLocal = isExternalByType(service) && service.externalTrafficPolicy === 'Local';
  const shared = {
    namespace: service.namespace,
    service: service.name,
    clusterIp,
    externalIps: ofFamily(family, service.externalIps),
    loadBalancerVips: ofFamily(family, service.loadBalancerVips),
    sourceRanges: rangesOf(family, service),
    affinitySeconds: service.affinitySeconds,
    isInternalLocal: service.internalTrafficPolicy === 'Local',
    isExternalLocal,
    healthCheckNodePort: service.type === 'LoadBalancer' && isExternalLocal ? service.healthCheckNodePort : undefined,
  };
  const named = ({ name, protocol, port, nodePort }: ServicePort): ProxiedPort => ({
    ...shared,
    id: `${service.namespace}/${service.name}${name === '' ? '' : `:${name}`}`,
    portName: name,
    protocol,
    port,
    nodePort,
  });
  return [...new Map(service.ports.map((port) => [`${port.name}/${port.protocol}`, named(port)])).values()];
};
