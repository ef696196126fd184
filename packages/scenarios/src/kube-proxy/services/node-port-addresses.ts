import type { Address, Prefix } from '@nodelocal/netfilter-sim';
import { familyOf, prefixContains, prefixOf } from '@nodelocal/netfilter-sim';
import type { NodePortAddresses } from '../settings/settings.ts';
import type { ProxiedNode } from './proxied.ts';

/** Where a node answers node ports (pkg/proxy/util/nodeport_addresses.go of 1.34). */
export type NodePortPlaces =
  /** At each address that is local. */
  | { readonly kind: 'everywhere' }
  | { readonly kind: 'addresses'; readonly addresses: readonly Address[] };

export const isLoopback = (address: Address): boolean => address === '::1' || address.startsWith('127.');

const isIpv4Loopback = ({ address, length }: Prefix): boolean =>
  familyOf(address) === 'ipv4' && (address.startsWith('127.') || prefixContains({ address, length }, '127.0.0.0' as Address));

const rangesOf = ({ family, nodeIp }: ProxiedNode, wanted: NodePortAddresses): readonly Prefix[] => {
  switch (wanted.kind) {
    case 'default':
      return [];
    case 'primary':
      return nodeIp === undefined || isLoopback(nodeIp) ? [] : [prefixOf(nodeIp, family === 'ipv4' ? 32 : 128)];
    case 'ranges':
      return wanted.ranges.filter(({ address }) => familyOf(address) === family);
  }
};

/** @param wanted where nothing else is said, `default` is everywhere */
export const nodePortPlaces = (node: ProxiedNode, wanted: NodePortAddresses = node.settings.nodePortAddresses): NodePortPlaces => {
  const ranges = rangesOf(node, wanted);
  if (ranges.length === 0 || ranges.some(({ length }) => length === 0)) return { kind: 'everywhere' };
  return { kind: 'addresses', addresses: node.addresses.filter((address) => ranges.some((range) => prefixContains(range, address))) };
};

/** Whether they are answered at 127.0.0.1: asked for, and among the places. */
export const answersAtLoopback = (node: ProxiedNode): boolean => {
  const { family, settings } = node;
  if (family === 'ipv6' || !settings.localhostNodePorts) return false;
  const ranges = rangesOf(node, settings.nodePortAddresses);
  return ranges.length === 0 || ranges.some(isIpv4Loopback);
};
