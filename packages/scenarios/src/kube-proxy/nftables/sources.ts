import { addressWidth, loopbackAddress, prefixContains, prefixOf } from '@nodelocal/netfilter-sim';
import type { ProxiedNode } from '../services/proxied.ts';
import type { ProxiedPort } from '../services/service-port.ts';
import { networksText } from './networks.ts';

/**
 * Who may come by the load balancer. A node that may come sends with the balancer's own address where that is on the node, so
 * those addresses may come too (proxier.go of 1.34); a node without an address of this family counts as 127.0.0.1 or ::1.
 */
export const sourceText = ({ family, nodeIp = loopbackAddress(family) }: ProxiedNode, { sourceRanges, loadBalancerVips }: ProxiedPort): string => {
  const nodeMayCome = sourceRanges.some((range) => prefixContains(range, nodeIp));
  return networksText(family, [...sourceRanges, ...(nodeMayCome ? loadBalancerVips.map((address) => prefixOf(address, addressWidth(family))) : [])]);
};
