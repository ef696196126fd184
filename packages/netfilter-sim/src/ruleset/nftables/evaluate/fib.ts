import type { AddressType, PacketContext } from '../../shared/context.ts';
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

/** Asks routing about an address of the packet (net/ipv4/netfilter/nft_fib_ipv4.c, 6.12, and its IPv6 twin). */
export const evaluateFib = ({ flags, result }: Fib, seen: PacketContext): Value => {
  const { packet, inDevice, outDevice } = seen;
  const [bySource, byIn, byOut] = [flags.includes('saddr'), flags.includes('iif'), flags.includes('oif')];
  if (result === 'type') {
    const address = bySource ? packet.src : packet.dst;
    const device = byIn ? inDevice : byOut ? outDevice : undefined;
    return number(ROUTE_TYPES[device === undefined ? seen.addressType(address) : seen.addressType(address, device)]);
  }
  // The way back to the source; the device itself is known only where it must be the one that the packet came by.
  if (!bySource || !byIn) return notModelled(`fib ${flags.join(' . ')} ${result}`);
  const found = seen.reversePath({ loose: false, validMark: flags.includes('mark'), acceptLocal: false });
  return one(found ? inDevice : '');
};
