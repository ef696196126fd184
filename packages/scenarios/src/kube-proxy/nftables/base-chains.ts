import type { ProxiedNode } from '../services/proxied.ts';
import { CLUSTER_IPS, MAPS, MARK_CHAIN, NODE_PORT_IPS, REJECT_CHAIN } from './fixed-names.ts';
import { networksText } from './networks.ts';
import type { NodePortPlaces } from './node-ports.ts';
import type { Chain } from './table.ts';
import { headerOf, notLoopback } from './words.ts';

/*
 * The chains that are there whatever Services there are (pkg/proxy/nftables/proxier.go of 1.34, nftablesBaseChains,
 * nftablesJumpChains and setupNFTables), in the order of their making.
 */

const hook = (type: 'filter' | 'nat', name: string, priority: string): string => `type ${type} hook ${name} priority ${priority}; policy accept;`;

/**
 * Refusals come before translation where they go by the address that the client asked (source ranges), else at the usual place.
 * nft 1.0.6 has a word for a priority of destination NAT at prerouting only: -100 and -110 are the same at output.
 */
const HOOKED: readonly Chain[] = [
  { name: 'filter-prerouting-pre-dnat', lines: [hook('filter', 'prerouting', 'dstnat - 10'), 'ct state new jump firewall-check'] },
  { name: 'filter-output-pre-dnat', lines: [hook('filter', 'output', '-110'), 'ct state new jump firewall-check'] },
  { name: 'filter-input', lines: [hook('filter', 'input', 'filter'), 'ct state new jump nodeport-endpoints-check', 'ct state new jump service-endpoints-check'] },
  { name: 'filter-forward', lines: [hook('filter', 'forward', 'filter'), 'ct state new jump service-endpoints-check', 'ct state new jump cluster-ips-check'] },
  { name: 'filter-output', lines: [hook('filter', 'output', 'filter'), 'ct state new jump service-endpoints-check', 'ct state new jump cluster-ips-check'] },
  { name: 'nat-prerouting', lines: [hook('nat', 'prerouting', 'dstnat'), 'jump services'] },
  { name: 'nat-output', lines: [hook('nat', 'output', '-100'), 'jump services'] },
  { name: 'nat-postrouting', lines: [hook('nat', 'postrouting', 'srcnat'), 'jump masquerading'] },
];

/** Bit 14: `--iptables-masquerade-bit` is not for this mode, whose own bit only a configuration file can set (cmd/kube-proxy/app/server_linux.go of 1.34). */
const MARK = '0x00004000';

/** What is sent to a cluster address that no Service has is dropped where the cluster's ServiceCIDR objects say which those are. */
const unallocated = (ip: string, { family, serviceRanges }: ProxiedNode): readonly string[] =>
  serviceRanges.length === 0 ? [] : [`${ip} daddr ${networksText(family, serviceRanges)} drop comment "Drop traffic to unallocated ClusterIPs"`];

export const baseChains = (node: ProxiedNode, places: NodePortPlaces): readonly Chain[] => {
  const { family } = node;
  const ip = headerOf(family);
  const toService = `${ip} daddr . meta l4proto . th dport vmap`;
  const toNodePort = 'meta l4proto . th dport vmap';
  const atNode = places.kind === 'everywhere' ? notLoopback(family) : `${ip} daddr @${NODE_PORT_IPS}`;
  const atNodeAfterRouting = places.kind === 'everywhere' ? `fib daddr type local ${atNode}` : atNode;
  return [
    ...HOOKED,
    { name: 'nodeport-endpoints-check', lines: [`${atNode} ${toNodePort} @${MAPS.refusedNodePorts}`] },
    { name: 'service-endpoints-check', lines: [`${toService} @${MAPS.refusedServices}`] },
    { name: 'firewall-check', lines: [`${toService} @${MAPS.firewall}`] },
    { name: 'services', lines: [`${toService} @${MAPS.services}`, `${atNodeAfterRouting} ${toNodePort} @${MAPS.nodePorts}`] },
    {
      name: 'masquerading',
      lines: [`meta mark & ${MARK} == 0x00000000 return`, `meta mark set meta mark ^ ${MARK}`, 'masquerade fully-random'],
    },
    { name: 'cluster-ips-check', lines: [`${ip} daddr @${CLUSTER_IPS} reject comment "Reject traffic to invalid ports of ClusterIPs"`, ...unallocated(ip, node)] },
    { name: MARK_CHAIN, lines: [`meta mark set meta mark | ${MARK}`] },
    { name: REJECT_CHAIN, lines: [`comment "helper for @${MAPS.refusedServices} / @${MAPS.refusedNodePorts}"`, 'reject'] },
  ];
};
