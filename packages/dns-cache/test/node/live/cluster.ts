import { fileURLToPath } from 'node:url';

/** The families of a cluster's addresses, and who wrote the rules of its Services. */
export interface ClusterShape {
  readonly families: readonly ('ipv4' | 'ipv6')[];
  readonly proxy: 'iptables' | 'nftables';
}

export interface FamilyAddresses {
  readonly pod: string;
  /** The node's address on the side of its pods. */
  readonly gateway: string;
  /** The pod behind both Services. */
  readonly kubeDns: string;
  readonly cluster: string;
  readonly upstream: string;
  readonly local: string;
}

export const ADDRESSES: Readonly<Record<ClusterShape['families'][number], FamilyAddresses>> = {
  ipv4: { pod: '10.244.1.5', gateway: '10.244.1.1', kubeDns: '10.244.2.7', cluster: '10.96.0.10', upstream: '10.96.0.53', local: '169.254.20.10' },
  ipv6: { pod: 'fd00:244:1::5', gateway: 'fd00:244:1::1', kubeDns: 'fd00:244:2::7', cluster: 'fd00:96::a', upstream: 'fd00:96::53', local: 'fd00:20::a' },
};

const bitsOf = (address: string): string => (address.includes(':') ? '128' : '32');

/** A pod and kube-dns behind veths, each in a namespace of its own, routes to them, and an uplink: a Service's address is routed there before it is translated. */
const wiring = ({ families }: ClusterShape): string => `
ip netns add pod; ip netns add dns
ip link add name vpod type veth peer name eth0 netns pod
ip link add name vdns type veth peer name eth0 netns dns
ip link set vpod up; ip link set vdns up
for name in pod dns; do ip -n $name link set lo up; ip -n $name link set eth0 up; done
ip link add name eth0 type bridge; ip link set eth0 up
ip addr add 172.18.0.2/24 dev eth0; ip route add default via 172.18.0.1 dev eth0
ip addr add fd00:18::2/64 dev eth0 nodad; ip -6 route add default via fd00:18::1 dev eth0
echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
${families
  .map((family) => {
    const { pod, gateway, kubeDns } = ADDRESSES[family];
    const v6 = family === 'ipv6' ? '-6 ' : '';
    const nodad = family === 'ipv6' ? ' nodad' : '';
    const attach = (name: string, device: string, address: string): string => `
ip -n ${name} addr add ${address}/${bitsOf(address)} dev eth0${nodad}
ip ${v6}route add ${address} dev ${device} src ${gateway}
ip -n ${name} ${v6}route add ${gateway} dev eth0
ip -n ${name} ${v6}route add default via ${gateway} dev eth0${family === 'ipv6' ? ' onlink' : ''}`;
    // Neighbours are told of an IPv6 address by its own device alone.
    const devices = family === 'ipv6' ? ['vpod', 'vdns'] : ['lo'];
    return `${devices.map((device) => `ip addr add ${gateway}/${bitsOf(gateway)} dev ${device}${nodad}`).join('\n')}${attach('pod', 'vpod', pod)}${attach('dns', 'vdns', kubeDns)}`;
  })
  .join('\n')}
`;

/** As kube-proxy 1.34 writes the two Services in iptables mode, without what no packet here meets. */
const iptablesServices = ({ cluster, upstream, kubeDns }: FamilyAddresses): string => {
  const bits = bitsOf(cluster);
  const endpoint = kubeDns.includes(':') ? `[${kubeDns}]:53` : `${kubeDns}:53`;
  const service = (name: string, address: string, protocol: string): readonly string[] => [
    `-A KUBE-SERVICES -d ${address}/${bits} -p ${protocol} -m comment --comment "kube-system/${name}" -m ${protocol} --dport 53 -j KUBE-SVC-${protocol.toUpperCase()}`,
  ];
  return [
    '*nat',
    ...['KUBE-SERVICES', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ', 'KUBE-SVC-UDP', 'KUBE-SVC-TCP', 'KUBE-SEP-UDP', 'KUBE-SEP-TCP'].map((chain) => `:${chain} - [0:0]`),
    '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
    '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
    '-A KUBE-POSTROUTING -j MARK --xor-mark 0x4000',
    '-A KUBE-POSTROUTING -j MASQUERADE --random-fully',
    '-A KUBE-MARK-MASQ -j MARK --or-mark 0x4000',
    ...['udp', 'tcp'].flatMap((protocol) => [
      ...service('kube-dns', cluster, protocol),
      ...service('kube-dns-upstream', upstream, protocol),
      `-A KUBE-SVC-${protocol.toUpperCase()} -m comment --comment "${kubeDns}:53" -j KUBE-SEP-${protocol.toUpperCase()}`,
      `-A KUBE-SEP-${protocol.toUpperCase()} -s ${kubeDns}/${bits} -j KUBE-MARK-MASQ`,
      `-A KUBE-SEP-${protocol.toUpperCase()} -p ${protocol} -m ${protocol} -j DNAT --to-destination ${endpoint}`,
    ]),
    'COMMIT',
    '',
  ].join('\n');
};

/** The same as it writes them in nftables mode: verdict maps by address, protocol and port. */
const nftablesServices = ({ cluster, upstream, kubeDns }: FamilyAddresses): string => {
  const isIpv6 = cluster.includes(':');
  const [family, ip, type] = isIpv6 ? ['ip6', 'ip6', 'ipv6_addr'] : ['ip', 'ip', 'ipv4_addr'];
  const endpoint = isIpv6 ? `[${kubeDns}]:53` : `${kubeDns}:53`;
  const elements = [cluster, upstream].flatMap((address) => ['udp', 'tcp'].map((protocol) => `${address} . ${protocol} . 53 : goto service-${protocol}`));
  return `table ${family} kube-proxy {
  map service-ips { type ${type} . inet_proto . inet_service : verdict; elements = { ${elements.join(', ')} }; }
  counter dnats { }
  chain service-udp { counter name dnats meta l4proto udp dnat to ${endpoint}; }
  chain service-tcp { counter name dnats meta l4proto tcp dnat to ${endpoint}; }
  chain services { ${ip} daddr . meta l4proto . th dport vmap @service-ips; }
  chain nat-prerouting { type nat hook prerouting priority dstnat; jump services; }
  chain nat-output { type nat hook output priority -100; jump services; }
}
`;
};

/** Makes the namespaces, and what kube-proxy wrote. */
export const clusterScript = (shape: ClusterShape): string => {
  const rules = shape.families.map((family) => {
    const addresses = ADDRESSES[family];
    if (shape.proxy === 'nftables') return `nft -f - <<'RULES'\n${nftablesServices(addresses)}RULES\n`;
    return `${family === 'ipv4' ? 'iptables' : 'ip6tables'}-nft-restore --noflush <<'RULES'\n${iptablesServices(addresses)}RULES\n`;
  });
  return `${wiring(shape)}${rules.join('')}`;
};

export const PROGRAMS = {
  kubeDns: fileURLToPath(new URL('kube-dns.mjs', import.meta.url)),
  fill: fileURLToPath(new URL('fill.mjs', import.meta.url)),
  load: fileURLToPath(new URL('load.mjs', import.meta.url)),
  lookup: fileURLToPath(new URL('lookup.mjs', import.meta.url)),
} as const;
