import type { Packet } from '../packet/packet.ts';
import { LOOPBACK } from './host.ts';
import { isLoopbackAddress, isMulticast } from './interface.ts';

export type Arrival = 'accepted' | 'martian-source' | 'martian-destination';

/** IPv6 throws away what no host may send before any hook sees it (`ip6_rcv_core`, net/ipv6/ip6_input.c, 6.12). */
export const arrive = ({ family, src, dst }: Packet, device: string): Arrival => {
  if (family === 'ipv4') return 'accepted';
  if (isMulticast(src)) return 'martian-source';
  if (device === LOOPBACK) return 'accepted';
  if (isLoopbackAddress(src)) return 'martian-source';
  return isLoopbackAddress(dst) ? 'martian-destination' : 'accepted';
};
