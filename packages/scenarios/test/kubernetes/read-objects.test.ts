import { describe, expect, it } from 'vitest';
import { readKubernetesObjects } from '../../src/kubernetes/read-objects.ts';

const service = (spec: object, metadata: object = {}, status: object = {}): object => ({ kind: 'Service', metadata: { name: 'web', namespace: 'shop', ...metadata }, spec, status });
const list = (...items: readonly object[]): string => JSON.stringify({ kind: 'List', items }, undefined, 1);
const serviceOf = (spec: object, status: object = {}) => readKubernetesObjects('objects.json', list(service(spec, {}, status))).services[0];

describe('objects of the API', () => {
  it('have the API server’s defaults, as a manifest leaves them out', () => {
    expect(serviceOf({ clusterIP: '10.96.0.1', ports: [{ port: 80 }] })).toEqual({
      namespace: 'shop',
      name: 'web',
      labels: new Map(),
      type: 'ClusterIP',
      clusterIps: new Map([['ipv4', '10.96.0.1']]),
      ports: [{ name: '', protocol: 'TCP', port: 80, nodePort: undefined }],
      externalIps: [],
      loadBalancerVips: [],
      loadBalancerSourceRanges: [],
      affinitySeconds: undefined,
      internalTrafficPolicy: 'Cluster',
      externalTrafficPolicy: 'Cluster',
      healthCheckNodePort: undefined,
    });
    const [slice] = readKubernetesObjects('s', JSON.stringify([{ kind: 'EndpointSlice', addressType: 'IPv4', metadata: { name: 'web-1' }, endpoints: [{ addresses: ['10.244.1.5'] }], ports: [{ port: 8080 }, { name: 'all' }] }])).endpointSlices;
    expect(slice).toMatchObject({ namespace: 'default', family: 'ipv4', ports: [{ name: '', protocol: 'TCP', port: 8080 }], endpoints: [{ address: '10.244.1.5', isReady: true, isServing: true, isTerminating: false }] });
  });

  it('have addresses in one spelling, however they were written', () => {
    expect(serviceOf({ clusterIPs: ['010.096.0.01', 'FD00:0::1'], ports: [] })?.clusterIps).toEqual(new Map([['ipv4', '10.96.0.1'], ['ipv6', 'fd00::1']]));
    expect(serviceOf({ clusterIP: 'None', ports: [] })?.clusterIps).toEqual(new Map());
    expect(serviceOf({ ports: [], loadBalancerSourceRanges: [' 10.0.0.0/8 '] })?.loadBalancerSourceRanges).toEqual([{ address: '10.0.0.0', length: 8 }]);
  });

  it('have the load balancer’s addresses that packets keep', () => {
    const ingress = [{ ip: '203.0.113.1' }, { ip: '203.0.113.2', ipMode: 'Proxy' }, { ip: '203.0.113.3', ipMode: 'VIP' }, { hostname: 'lb.example.org' }];
    expect(serviceOf({ ports: [] }, { loadBalancer: { ingress } })?.loadBalancerVips).toEqual(['203.0.113.1', '203.0.113.3']);
  });

  it('are those that kube-proxy asks for, where a cluster prints all it has; and all, where they are what it got', () => {
    const others = [service({ ports: [] }, { name: 'other', labels: { 'service.kubernetes.io/service-proxy-name': 'x' } }), service({ ports: [] }, { name: 'ours' })];
    expect(readKubernetesObjects('l', list(...others)).services.map(({ name }) => name)).toEqual(['ours']);
    expect(readKubernetesObjects('l', JSON.stringify({ services: others })).services.map(({ name }) => name)).toEqual(['other', 'ours']);
  });

  it('of other kinds are passed over', () => {
    expect(readKubernetesObjects('l', list({ kind: 'Pod', metadata: { name: 'p' } }, { kind: 'List', items: [service({ ports: [] })] }))).toMatchObject({ nodes: [], services: [{ name: 'web' }], endpointSlices: [] });
  });

  it.each([
    ['no JSON', '{"kind": "List", "items": [', 'objects.json:1:28: this is not JSON: expected a value'],
    ['nothing of it', '{}', 'objects.json:1:1: the document: expected what kubectl get … -o json prints, or lists named nodes, services and endpointslices'],
    ['no address', list(service({ clusterIP: '10.96.0.300', ports: [] })), 'objects.json:11:18: items[0].spec.clusterIP: expected an IP address'],
    ['a port of 70000', list(service({ ports: [{ port: 70_000 }] })), 'objects.json:13:15: items[0].spec.ports[0].port: expected a whole number from 1 to 65535'],
    ['another policy', list(service({ ports: [], internalTrafficPolicy: 'Nobody' })), 'objects.json:12:30: items[0].spec.internalTrafficPolicy: expected "Cluster" or "Local"'],
    ['two ports without names', list(service({ ports: [{ port: 1 }, { port: 2 }] })), 'objects.json:11:14: items[0].spec.ports: expected a name for each port, as there are several'],
  ])('that are broken are told with their place: %s', (_, text, told) => {
    expect(() => readKubernetesObjects('objects.json', text)).toThrow(told);
  });
});
