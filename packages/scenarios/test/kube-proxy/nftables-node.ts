import { proxiedNode } from '../../src/kube-proxy/services/proxied.ts';
import type { ProxiedFamilies } from '../../src/kube-proxy/nftables/write.ts';
import { writeNftables } from '../../src/kube-proxy/nftables/write.ts';
import { readProxyFlags } from '../../src/kube-proxy/settings/read-flags.ts';
import { readKubernetesObjects } from '../../src/kubernetes/read-objects.ts';

type Fields = Readonly<Record<string, unknown>>;

/** node1 in zone a, with an address of either family. */
export const NODE: Fields = {
  kind: 'Node',
  metadata: { name: 'node1', labels: { 'topology.kubernetes.io/zone': 'a' } },
  spec: { podCIDRs: ['10.244.1.0/24', 'fd00:244:1::/64'] },
  status: { addresses: ['192.168.9.1', 'fd00:9::1'].map((address) => ({ type: 'InternalIP', address })) },
};

/** Of namespace default, its cluster address being 10.96.0.1 where none is given. */
export const service = (name: string, spec: Fields, status: Fields = {}): Fields => ({
  kind: 'Service',
  metadata: { name },
  spec: { clusterIP: '10.96.0.1', ports: [{ port: 80 }], ...spec },
  status,
});

/** A slice of endpoints that are ready, on port 8080. */
export const slice = (of: string, endpoints: readonly { readonly address: string; readonly node: string }[]): Fields => ({
  kind: 'EndpointSlice',
  metadata: { name: `${of}-${endpoints[0]?.address}`, labels: { 'kubernetes.io/service-name': of } },
  addressType: endpoints[0]?.address.includes(':') ? 'IPv6' : 'IPv4',
  ports: [{ name: '', port: 8080 }],
  endpoints: endpoints.map(({ address, node }) => ({ addresses: [address], nodeName: node })),
});

export const HERE = { address: '10.244.1.5', node: 'node1' };
export const THERE = { address: '10.244.2.5', node: 'node2' };

export const balancedBy = (...ips: readonly string[]): Fields => ({ loadBalancer: { ingress: ips.map((ip) => ({ ip })) } });

/** The node in both families. */
export const familiesOf = (objects: readonly Fields[], ...flags: readonly string[]): ProxiedFamilies => {
  const read = readKubernetesObjects('objects.json', JSON.stringify(objects.some(({ kind }) => kind === 'Node') ? objects : [NODE, ...objects]));
  const settings = readProxyFlags(['--proxy-mode', 'nftables', ...flags]);
  return { ipv4: proxiedNode(read, 'node1', 'ipv4', settings), ipv6: proxiedNode(read, 'node1', 'ipv6', settings) };
};

export const textOf = ({ ipv4, ipv6 }: ProxiedFamilies, earlier?: ProxiedFamilies): string => writeNftables(ipv4, ipv6, earlier);

/** The lines of a chain, a set or a map of a table, without their indentation; `undefined`: there is none. */
export const blockOf = (text: string, header: 'ip' | 'ip6', title: string | RegExp): readonly string[] | undefined => {
  const table = text.split(/^(?=table )/m).find((one) => one.startsWith(`table ${header} `)) ?? '';
  const block = table.split(/^(?=\t(?:set|map|chain) )/m).find((one) => {
    const found = one.slice(1, one.indexOf(' {'));
    return typeof title === 'string' ? found === title : title.test(found);
  });
  return block
    ?.split('\n')
    .filter((line) => line.startsWith('\t\t'))
    .map((line) => line.trim());
};
