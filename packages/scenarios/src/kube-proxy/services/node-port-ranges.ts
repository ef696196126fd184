import type { Address, Prefix } from '@nodelocal/netfilter-sim';
import { address, addressWidth, familyOf, prefixContains, prefixOf } from '@nodelocal/netfilter-sim';
import type { NodePortAddresses } from '../settings/settings.ts';
import type { ProxiedNode } from './proxied.ts';

const LOOPBACK: readonly Prefix[] = [prefixOf(address('127.0.0.0'), 8), prefixOf(address('::1'), 128)];

export const isLoopback = (of: Address): boolean => LOOPBACK.some((range) => prefixContains(range, of));

const asked = ({ family, nodeIp, settings }: ProxiedNode, unsaid: 'everywhere' | 'primary'): readonly Prefix[] => {
  const wanted: NodePortAddresses = settings.nodePortAddresses;
  const primary = nodeIp === undefined || isLoopback(nodeIp) ? [] : [prefixOf(nodeIp, addressWidth(family))];
  switch (wanted.kind) {
    case 'default':
      return unsaid === 'primary' ? primary : [];
    case 'primary':
      return primary;
    case 'ranges':
      return wanted.ranges.filter((range) => familyOf(range.address) === family);
  }
};

/**
 * The networks in which a node answers node ports; `undefined`: at all of its addresses. So it is in a family that none of the
 * ranges is of (pkg/proxy/util/nodeport_addresses.go of 1.34).
 * @param unsaid what the mode takes where `--nodeport-addresses` says nothing
 */
export const nodePortRanges = (node: ProxiedNode, unsaid: 'everywhere' | 'primary' = 'everywhere'): readonly Prefix[] | undefined => {
  const ranges = asked(node, unsaid);
  return ranges.length === 0 || ranges.some(({ length }) => length === 0) ? undefined : ranges;
};

export const isInAny = (ranges: readonly Prefix[], of: Address): boolean => ranges.some((range) => prefixContains(range, of));
