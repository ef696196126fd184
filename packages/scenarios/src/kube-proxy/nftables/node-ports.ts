import type { Address } from '@nodelocal/netfilter-sim';
import { familyOf, loopbackAddress, prefixContains, prefixOf } from '@nodelocal/netfilter-sim';
import type { ProxiedNode } from '../services/proxied.ts';

/** Where the node answers node ports. */
export type NodePortPlaces = { readonly kind: 'everywhere' } | { readonly kind: 'at'; readonly addresses: readonly Address[] };

/** All of 127.0.0.0/8, and ::1. */
const isLoopback = (address: Address): boolean => prefixContains(prefixOf(loopbackAddress(familyOf(address)), familyOf(address) === 'ipv4' ? 8 : 128), address);

/**
 * Where nothing is said this mode takes the node's own address (cmd/kube-proxy/app/server_linux.go of 1.34). A family that is
 * left with nothing to go by answers everywhere (pkg/proxy/util/nodeport_addresses.go); loopback is left out, with a complaint.
 */
export const nodePortPlaces = ({ family, settings: { nodePortAddresses }, nodeIp, addresses }: ProxiedNode): NodePortPlaces => {
  switch (nodePortAddresses.kind) {
    case 'default':
    case 'primary':
      return nodeIp === undefined || isLoopback(nodeIp) ? { kind: 'everywhere' } : { kind: 'at', addresses: [nodeIp] };
    case 'ranges': {
      const ranges = nodePortAddresses.ranges.filter(({ address }) => familyOf(address) === family);
      if (ranges.length === 0 || ranges.some(({ length }) => length === 0)) return { kind: 'everywhere' };
      const within = addresses.filter((address) => !isLoopback(address) && ranges.some((range) => prefixContains(range, address)));
      return { kind: 'at', addresses: [...new Set(within)] };
    }
  }
};
