import type { Packet } from '../../../packet/packet.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import type { Expression } from '../values/expression.ts';
import { BREAK, one } from './value.ts';
import type { Value } from './value.ts';

type ExtensionHeader = Extract<Expression, { kind: 'extension-header' }>;

/** net/netfilter/nft_exthdr.c, 6.12 (`nft_exthdr_ipv6_eval`): of IPv6 packets, only fragments have such a header here. */
export const evaluateExtensionHeader = ({ name, field }: ExtensionHeader, { family, fragment }: Packet): Value => {
  if (family !== 'ipv6') return BREAK;
  const there = name === 'frag' && fragment !== undefined;
  if (field === undefined) return one(there ? name : '');
  return there ? notModelled(`exthdr ${name} ${field}`) : BREAK;
};
