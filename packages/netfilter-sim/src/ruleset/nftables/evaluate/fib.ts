import type { AddressType, FibQuery, PacketContext } from '../../shared/context.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import type { Expression } from '../values/expression.ts';
import { number, one } from './value.ts';
import type { Value } from './value.ts';

type Fib = Extract<Expression, { kind: 'fib' }>;

/** `RTN_*` (include/uapi/linux/rtnetlink.h). */
const ROUTE_TYPES: Readonly<Record<AddressType, number>> = {
  UNSPEC: 0,
  UNICAST: 1,
  LOCAL: 2,
  BROADCAST: 3,
  ANYCAST: 4,
  MULTICAST: 5,
  BLACKHOLE: 6,
  UNREACHABLE: 7,
  PROHIBIT: 8,
  THROW: 9,
};

/** Asks routing about an address of the packet (net/netfilter/nft_fib.c, 6.12, and its twins for each family). */
export const evaluateFib = ({ flags, result }: Fib, seen: PacketContext): Value => {
  const query: FibQuery = {
    of: flags.includes('saddr') ? 'source' : 'destination',
    by: flags.includes('iif') ? 'input' : flags.includes('oif') ? 'output' : undefined,
    mark: flags.includes('mark'),
  };
  if (result === 'type') return number(ROUTE_TYPES[seen.fibType(query)]);
  const device = seen.fibDevice(query);
  return device === undefined ? notModelled(`fib ${flags.join(' . ')} ${result}`) : one(device);
};
