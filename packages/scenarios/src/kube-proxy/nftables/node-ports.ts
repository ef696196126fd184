import type { Address } from '@nodelocal/netfilter-sim';
import { isInAny, isLoopback, nodePortRanges } from '../services/node-port-ranges.ts';
import type { ProxiedNode } from '../services/proxied.ts';

/** Where the node answers node ports. */
export type NodePortPlaces = { readonly kind: 'everywhere' } | { readonly kind: 'at'; readonly addresses: readonly Address[] };

/**
 * Where nothing is said this mode takes the node's own address (cmd/kube-proxy/app/server_linux.go of 1.34); loopback is left
 * out, with a complaint.
 */
export const nodePortPlaces = (node: ProxiedNode): NodePortPlaces => {
  const ranges = nodePortRanges(node, 'primary');
  if (ranges === undefined) return { kind: 'everywhere' };
  return { kind: 'at', addresses: node.addresses.filter((address) => isInAny(ranges, address) && !isLoopback(address)) };
};
