/*
 * What is in kube-proxy's table whatever Services there are (pkg/proxy/nftables/proxier.go of 1.34).
 */

export const TABLE_NAME = 'kube-proxy';

export const MARK_CHAIN = 'mark-for-masquerade';
export const REJECT_CHAIN = 'reject-chain';

export const CLUSTER_IPS = 'cluster-ips';
export const NODE_PORT_IPS = 'nodeport-ips';

export const MAPS = {
  refusedServices: 'no-endpoint-services',
  refusedNodePorts: 'no-endpoint-nodeports',
  firewall: 'firewall-ips',
  services: 'service-ips',
  nodePorts: 'service-nodeports',
} as const;

export type MapKind = keyof typeof MAPS;
