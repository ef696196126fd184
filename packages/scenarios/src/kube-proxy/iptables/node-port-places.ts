import type { Address } from '@nodelocal/netfilter-sim';
import { address, familyOf } from '@nodelocal/netfilter-sim';
import { isInAny, isLoopback, nodePortRanges } from '../services/node-port-ranges.ts';
import type { ProxiedNode } from '../services/proxied.ts';

/** By which rules packets come to the chain of node ports. */
export type NodePortPlaces =
  /** Each address that is local. */
  | { readonly kind: 'everywhere' }
  | { readonly kind: 'addresses'; readonly addresses: readonly Address[] };

const LOOPBACK_START = address('127.0.0.0');

/** Whether node ports are answered at 127.0.0.1: if that is asked for and in the ranges, by its beginning at least (`containsIPv4Loopback`). */
export const answersAtLoopback = (node: ProxiedNode): boolean => {
  if (node.family === 'ipv6' || !node.settings.localhostNodePorts) return false;
  const ranges = nodePortRanges(node);
  return ranges === undefined || isInAny(ranges, LOOPBACK_START) || ranges.some((range) => familyOf(range.address) === 'ipv4' && isLoopback(range.address));
};

export const nodePortPlaces = (node: ProxiedNode): NodePortPlaces => {
  const ranges = nodePortRanges(node);
  if (ranges === undefined) return { kind: 'everywhere' };
  const atLoopback = answersAtLoopback(node);
  return { kind: 'addresses', addresses: node.addresses.filter((each) => isInAny(ranges, each) && (atLoopback || !isLoopback(each))) };
};
