import type { Address, Prefix } from '@nodelocal/netfilter-sim';
import { address, addressWidth, familyOf, prefixContains, prefixOf } from '@nodelocal/netfilter-sim';
import type { ProxiedNode } from '../services/proxied.ts';

const LOOPBACK: readonly Prefix[] = [prefixOf(address('127.0.0.0'), 8), prefixOf(address('::1'), 128)];
const LINK_LOCAL = prefixOf(address('fe80::'), 10);

const isIn = (prefixes: readonly Prefix[], address: Address): boolean => prefixes.some((prefix) => prefixContains(prefix, address));

/** What its other interfaces than kube-ipvs0 have, without what is of no use from outside (netlink_linux.go, `isValidForSet`). */
export const hostAddresses = ({ addresses }: ProxiedNode): readonly Address[] => addresses.filter((address) => !isIn([...LOOPBACK, LINK_LOCAL], address));

/** `undefined`: every address; so it is where none of the ranges is of this family (util/nodeport_addresses.go). */
const rangesOf = ({ family, nodeIp, settings: { nodePortAddresses } }: ProxiedNode): readonly Prefix[] | undefined => {
  switch (nodePortAddresses.kind) {
    case 'default':
      return undefined;
    case 'primary':
      return nodeIp === undefined || isIn(LOOPBACK, nodeIp) ? undefined : [prefixOf(nodeIp, addressWidth(family))];
    case 'ranges': {
      const ranges = nodePortAddresses.ranges.filter(({ address }) => familyOf(address) === family);
      return ranges.length === 0 || ranges.some(({ length }) => length === 0) ? undefined : ranges;
    }
  }
};

/**
 * Where node ports are answered. By ranges kube-proxy looks at all interfaces, kube-ipvs0 among them: what it `bound` there at
 * one round is in the ranges at the next one (`GetNodeIPs`), and there is a next one after half a minute at the latest
 * (`--ipvs-sync-period`). Without ranges it leaves that device out.
 */
export const nodePortAddresses = (node: ProxiedNode, bound: readonly Address[]): readonly Address[] => {
  const ranges = rangesOf(node);
  if (ranges === undefined) return hostAddresses(node);
  return [...new Set([...node.addresses, ...bound])].filter((address) => isIn(ranges, address) && !isIn(LOOPBACK, address));
};
