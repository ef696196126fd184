import type { Address, Family, Prefix } from '@nodelocal/netfilter-sim';

/*
 * As much of the API's objects as decides a packet's way (k8s.io/api v1.34, core/v1 and discovery/v1), with the API server's
 * defaults filled in, so that a manifest will do as well as what `kubectl get -o json` prints.
 */

/** The protocols of Services' ports. */
export type ServiceProtocol = 'TCP' | 'UDP' | 'SCTP';
type TrafficPolicy = 'Cluster' | 'Local';
type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';

/** What kube-proxy takes of a Node. */
export interface KubernetesNode {
  /** `metadata.name`, which endpoints and hints name it by. */
  readonly name: string;
  /** `metadata.labels`. */
  readonly labels: ReadonlyMap<string, string>;
  /** Those that its interfaces have. */
  readonly internalIps: readonly Address[];
  /** By which others reach it; a cloud may have them, and no interface. */
  readonly externalIps: readonly Address[];
  readonly podRanges: readonly Prefix[];
}

/** A port of a Service. */
export interface ServicePort {
  /** '' where a Service has one port, without a name. */
  readonly name: string;
  readonly protocol: ServiceProtocol;
  /** 1 to 65535. */
  readonly port: number;
  /** 1 to 65535; `undefined`: it has none. */
  readonly nodePort: number | undefined;
}

/** What kube-proxy takes of a Service. */
export interface Service {
  /** `metadata.namespace`. */
  readonly namespace: string;
  /** `metadata.name`. */
  readonly name: string;
  /** `metadata.labels`. */
  readonly labels: ReadonlyMap<string, string>;
  readonly type: ServiceType;
  /** None for a headless one. */
  readonly clusterIps: ReadonlyMap<Family, Address>;
  readonly ports: readonly ServicePort[];
  readonly externalIps: readonly Address[];
  /** Those at which a load balancer leaves the packet's destination as it is (`ipMode: VIP`). */
  readonly loadBalancerVips: readonly Address[];
  readonly loadBalancerSourceRanges: readonly Prefix[];
  /** For how long a client stays with an endpoint, in seconds; `undefined`: `sessionAffinity: None`. */
  readonly affinitySeconds: number | undefined;
  readonly internalTrafficPolicy: TrafficPolicy;
  readonly externalTrafficPolicy: TrafficPolicy;
  /** 1 to 65535; `undefined`: it has none. */
  readonly healthCheckNodePort: number | undefined;
}

/** One that a slice names; of several addresses the first one counts, as everywhere in Kubernetes. */
export interface SliceEndpoint {
  readonly address: Address;
  /** The node that it is on; `undefined`: not told. */
  readonly nodeName: string | undefined;
  readonly isReady: boolean;
  readonly isServing: boolean;
  readonly isTerminating: boolean;
  /** Zones that are to use it (`hints.forZones`); empty: no hint. */
  readonly zoneHints: ReadonlySet<string>;
  /** Nodes that are to use it (`hints.forNodes`); empty: no hint. */
  readonly nodeHints: ReadonlySet<string>;
}

/** What kube-proxy takes of an EndpointSlice. */
export interface EndpointSlice {
  /** `metadata.namespace`. */
  readonly namespace: string;
  /** `metadata.name`. */
  readonly name: string;
  /** `metadata.labels`; `kubernetes.io/service-name` says whose it is. */
  readonly labels: ReadonlyMap<string, string>;
  readonly family: Family;
  /** Their names are those of the Service's ports, '' for one without; 1 to 65535. */
  readonly ports: readonly { readonly name: string; readonly protocol: ServiceProtocol; readonly port: number }[];
  readonly endpoints: readonly SliceEndpoint[];
}

/** A cluster, as far as packets to its Services go. */
export interface KubernetesObjects {
  readonly nodes: readonly KubernetesNode[];
  readonly services: readonly Service[];
  readonly endpointSlices: readonly EndpointSlice[];
  /** Where cluster addresses are taken from (networking/v1, ServiceCIDR); empty where nobody told. */
  readonly serviceRanges: readonly Prefix[];
}
