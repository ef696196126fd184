import { familyOf } from '@nodelocal/netfilter-sim';
import type { Address, Family } from '@nodelocal/netfilter-sim';

/** One port of a service, as kube-proxy knows it. */
interface ServicePort {
  readonly name: string;
  readonly protocol: 'udp' | 'tcp';
  readonly clusterIp: Address;
  readonly port: number;
  readonly endpoints: readonly { readonly address: Address; readonly port: number }[];
  readonly nodePort?: number;
  readonly affinitySeconds?: number;
  readonly loadBalancer?: { readonly address: Address; readonly sourceRanges: readonly string[] };
}

export interface KubeProxy {
  readonly family: Family;
  readonly podNetwork: string;
  readonly serviceNetwork: string;
  readonly nodeAddress: Address;
  readonly services: readonly ServicePort[];
}

const MASQUERADE_MARK = '0x4000';

const chainOf = (kind: string, { name, protocol, port }: ServicePort): string => `${kind}-${name}/${protocol}/${port}`;
const endpointChain = (service: ServicePort, at: number): string => `${chainOf('endpoint', service)}__${at}`;
const affinitySet = (service: ServicePort, at: number): string => `affinity-${service.name}-${at}`;

const elements = (lines: readonly string[]): string => (lines.length === 0 ? '' : `elements = { ${lines.join(', ')} }`);
const chain = (name: string, ...lines: readonly string[]): string =>
  `chain ${name} {\n${lines.map((line) => `  ${line}\n`).join('')}}`;
const base = (
  name: string,
  type: string,
  hook: string,
  priority: string | number,
  ...rules: readonly string[]
): string => chain(name, `type ${type} hook ${hook} priority ${priority}; policy accept;`, ...rules);

/** Rules in the manner of kube-proxy's nftables mode (Kubernetes 1.33): chains, maps and sets of the same kinds, counters added. */
export const kubeProxyRules = ({ family, podNetwork, serviceNetwork, nodeAddress, services }: KubeProxy): string => {
  const ip = family === 'ipv4' ? 'ip' : 'ip6';
  const type = family === 'ipv4' ? 'ipv4_addr' : 'ipv6_addr';
  const destination = (service: ServicePort, address: Address = service.clusterIp): string =>
    `${address} . ${service.protocol} . ${service.port}`;
  const served = services.filter(({ endpoints }) => endpoints.length > 0);
  const empty = services.filter(({ endpoints }) => endpoints.length === 0);
  const balanced = services.flatMap((service) =>
    service.loadBalancer === undefined ? [] : [{ service, ...service.loadBalancer }],
  );
  return [
    `table ${ip} kube-proxy {`,
    `set cluster-ips { type ${type}; comment "Active ClusterIPs"; ${elements([...new Set(services.map(({ clusterIp }) => clusterIp))])}\n}`,
    `set nodeport-ips { type ${type}; ${elements([nodeAddress])}\n}`,
    `map service-ips { type ${type} . inet_proto . inet_service : verdict; ${elements([
      ...served.map((service) => `${destination(service)} : goto ${chainOf('service', service)}`),
      ...balanced.map(
        ({ service, address }) => `${destination(service, address)} : goto ${chainOf('external', service)}`,
      ),
    ])}\n}`,
    `map service-nodeports { type inet_proto . inet_service : verdict; ${elements(
      served.flatMap((service) =>
        service.nodePort === undefined
          ? []
          : [`${service.protocol} . ${service.nodePort} : goto ${chainOf('external', service)}`],
      ),
    )}\n}`,
    `map no-endpoint-services { type ${type} . inet_proto . inet_service : verdict; ${elements(
      empty.map((service) => `${destination(service)} comment "${service.name}" : goto reject-chain`),
    )}\n}`,
    `map firewall-ips { type ${type} . inet_proto . inet_service : verdict; ${elements(
      balanced.map(({ service, address }) => `${destination(service, address)} : goto ${chainOf('firewall', service)}`),
    )}\n}`,
    ...services.flatMap((service) =>
      service.affinitySeconds === undefined
        ? []
        : service.endpoints.map(
            (_, at) =>
              `set ${affinitySet(service, at)} { type ${type}; flags dynamic,timeout; timeout ${service.affinitySeconds}s\n}`,
          ),
    ),
    ...chainsOnce(ip, serviceNetwork),
    ...balanced.map(({ service, sourceRanges }) =>
      chain(chainOf('firewall', service), `${ip} saddr != { ${sourceRanges.join(', ')} } counter drop`),
    ),
    ...served.flatMap((service) => serviceChains(service, ip, podNetwork)),
    '}',
    '',
  ].join('\n');
};

const chainsOnce = (ip: string, serviceNetwork: string): readonly string[] => {
  const key = `${ip} daddr . meta l4proto . th dport`;
  return [
    chain('reject-chain', 'counter reject'),
    chain('firewall-check', `${key} vmap @firewall-ips`),
    chain('service-endpoints-check', `${key} vmap @no-endpoint-services`),
    chain(
      'cluster-ips-check',
      `${ip} daddr @cluster-ips counter reject comment "Reject traffic to invalid ports of ClusterIPs"`,
      `${ip} daddr { ${serviceNetwork} } counter drop comment "Drop traffic to unallocated ClusterIPs"`,
    ),
    chain(
      'services',
      `${key} vmap @service-ips`,
      `${ip} daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports`,
    ),
    chain('mark-for-masquerade', `meta mark set meta mark or ${MASQUERADE_MARK}`),
    chain(
      'masquerading',
      `meta mark and ${MASQUERADE_MARK} == 0 return`,
      `meta mark set meta mark xor ${MASQUERADE_MARK}`,
      'counter masquerade fully-random',
    ),
    base('filter-prerouting', 'filter', 'prerouting', 'dstnat - 10', 'ct state new jump firewall-check'),
    base('filter-input', 'filter', 'input', 0, 'ct state new jump service-endpoints-check'),
    base(
      'filter-forward',
      'filter',
      'forward',
      0,
      'ct state new jump service-endpoints-check',
      'ct state new jump cluster-ips-check',
    ),
    base(
      'filter-output',
      'filter',
      'output',
      -110,
      'ct state new jump service-endpoints-check',
      'ct state new jump firewall-check',
    ),
    base('filter-output-post-dnat', 'filter', 'output', -90, 'ct state new jump cluster-ips-check'),
    base('nat-prerouting', 'nat', 'prerouting', 'dstnat', 'counter jump services'),
    base('nat-output', 'nat', 'output', -100, 'counter jump services'),
    base('nat-postrouting', 'nat', 'postrouting', 'srcnat', 'counter jump masquerading'),
  ];
};

const bracketed = (address: Address): string => (familyOf(address) === 'ipv6' ? `[${address}]` : address);

const serviceChains = (service: ServicePort, ip: string, podNetwork: string): readonly string[] => {
  const { clusterIp, protocol, port, endpoints, affinitySeconds } = service;
  const sticky = affinitySeconds !== undefined;
  const choice = endpoints.map((_, at) => `${at} : goto ${endpointChain(service, at)}`);
  return [
    ...endpoints.map(({ address, port: target }, at) =>
      chain(
        endpointChain(service, at),
        `${ip} saddr ${address} jump mark-for-masquerade`,
        ...(sticky ? [`update @${affinitySet(service, at)} { ${ip} saddr }`] : []),
        `meta l4proto ${protocol} counter dnat to ${bracketed(address)}:${target}`,
      ),
    ),
    chain(
      chainOf('service', service),
      `${ip} daddr ${clusterIp} ${protocol} dport ${port} ${ip} saddr != ${podNetwork} jump mark-for-masquerade`,
      ...(sticky
        ? endpoints.map((_, at) => `${ip} saddr @${affinitySet(service, at)} goto ${endpointChain(service, at)}`)
        : []),
      `numgen random mod ${endpoints.length} vmap { ${choice.join(', ')} }`,
    ),
    chain(chainOf('external', service), 'jump mark-for-masquerade', `goto ${chainOf('service', service)}`),
  ];
};
