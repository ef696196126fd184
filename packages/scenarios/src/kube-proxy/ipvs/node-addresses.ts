import type { Address } from '@nodelocal/netfilter-sim';
import { address, prefixOf } from '@nodelocal/netfilter-sim';
import { isInAny, isLoopback, nodePortRanges } from '../services/node-port-ranges.ts';
import type { ProxiedNode } from '../services/proxied.ts';

const LINK_LOCAL = [prefixOf(address('fe80::'), 10)];

/** What its other interfaces than kube-ipvs0 have, without what is of no use from outside (netlink_linux.go, `isValidForSet`). */
export const hostAddresses = ({ addresses }: ProxiedNode): readonly Address[] => addresses.filter((each) => !isLoopback(each) && !isInAny(LINK_LOCAL, each));

/**
 * Where node ports are answered. By ranges kube-proxy looks at all interfaces, kube-ipvs0 among them: what it `bound` there at
 * one round is in the ranges at the next one (`GetNodeIPs`), and there is a next one after half a minute at the latest
 * (`--ipvs-sync-period`). Without ranges it leaves that device out.
 */
export const nodePortAddresses = (node: ProxiedNode, bound: readonly Address[]): readonly Address[] => {
  const ranges = nodePortRanges(node);
  if (ranges === undefined) return hostAddresses(node);
  return [...new Set([...node.addresses, ...bound])].filter((each) => isInAny(ranges, each) && !isLoopback(each));
};
