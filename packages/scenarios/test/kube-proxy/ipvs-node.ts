import { ipvsTexts } from '../../src/kube-proxy/ipvs/texts.ts';
import type { IpvsTexts } from '../../src/kube-proxy/ipvs/texts.ts';
import type { IpvsWritten } from '../../src/kube-proxy/ipvs/write.ts';
import { writeIpvs } from '../../src/kube-proxy/ipvs/write.ts';
import { proxiedNode } from '../../src/kube-proxy/services/proxied.ts';
import { readProxyFlags } from '../../src/kube-proxy/settings/read-flags.ts';
import type { KubernetesObjects } from '../../src/kubernetes/objects.ts';
import { readKubernetesObjects } from '../../src/kubernetes/read-objects.ts';

/** What kube-proxy with these flags leaves on node1. */
export const ipvsOf = (objects: KubernetesObjects, flags: readonly string[]): IpvsTexts => {
  const settings = readProxyFlags(flags);
  const of = (family: 'ipv4' | 'ipv6'): IpvsWritten => writeIpvs(proxiedNode(objects, 'node1', family, settings));
  return ipvsTexts(of('ipv4'), of('ipv6'));
};

interface PortWritten {
  readonly name?: string;
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  readonly nodePort?: number;
}

export interface ServiceWritten {
  readonly name?: string;
  readonly clusterIP?: string;
  readonly ports?: readonly PortWritten[];
  readonly ingress?: readonly string[];
  /** More of its `spec`. */
  readonly [field: string]: unknown;
}

/** A Service of one port, TCP 80 at 10.96.0.20, where nothing else is said. */
const serviceObject = ({ name = 'web', clusterIP = '10.96.0.20', ports = [{ port: 80 }], ingress = [], ...spec }: ServiceWritten): object => ({
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { clusterIP, ports, ...spec },
  status: { loadBalancer: { ingress: ingress.map((ip) => ({ ip })) } },
});

interface EndpointWritten {
  readonly address: string;
  readonly node?: string;
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
}

const sliceObject = (service: ServiceWritten, at: readonly EndpointWritten[]): object => ({
  kind: 'EndpointSlice',
  metadata: { name: `${service.name ?? 'web'}-x`, namespace: 'default', labels: { 'kubernetes.io/service-name': service.name ?? 'web' } },
  addressType: service.clusterIP?.includes(':') === true ? 'IPv6' : 'IPv4',
  ports: (service.ports ?? [{ port: 80 }]).map(({ name = '', protocol = 'TCP', port }) => ({ name, protocol, port: port + 8000 })),
  endpoints: at.map(({ address, node = 'node2', conditions = {} }) => ({ addresses: [address], nodeName: node, conditions })),
});

const NODE = {
  kind: 'Node',
  metadata: { name: 'node1' },
  status: { addresses: [{ type: 'InternalIP', address: '192.168.9.1' }, { type: 'InternalIP', address: 'fd00:9::1' }] },
};

/** node1 (192.168.9.1, fd00:9::1), these Services, and the endpoints of each; an endpoint's port is its Service's + 8000. */
export const objectsOf = (...services: readonly (readonly [ServiceWritten, ...EndpointWritten[]])[]): KubernetesObjects => {
  const items = services.flatMap(([service, ...endpoints]) => [serviceObject(service), sliceObject(service, endpoints)]);
  return readKubernetesObjects('objects.json', JSON.stringify([NODE, ...items]));
};

/** Lines that begin so. */
export const linesWith = (text: string, start: string): readonly string[] => text.split('\n').filter((line) => line.startsWith(start));
