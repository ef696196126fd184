import { packetBytes } from '../../packet/packet.ts';
import type { Packet } from '../../packet/packet.ts';
import type { Direction } from './tuple.ts';

/** What a connection has carried (`struct nf_conn_acct`), IP headers included. */
export type Accounting = Readonly<Record<Direction, Carried>>;

/** What one direction of a connection has carried. */
export interface Carried {
  /** Both counters have 64 bits in the kernel; here they are exact up to 2⁵³. */
  packets: number;
  bytes: number;
}

export const nothingCarried = (): Accounting => ({ original: { packets: 0, bytes: 0 }, reply: { packets: 0, bytes: 0 } });

/** `nf_ct_acct_update`; a connection that began without accounts has none. */
export const account = (accounting: Accounting | undefined, packet: Packet, direction: Direction): void => {
  if (accounting === undefined) return;
  accounting[direction].packets += 1;
  accounting[direction].bytes += packetBytes(packet);
};

/** In a direction or in both; without accounts nothing. The mean size is rounded down. */
export const carried = (accounting: Accounting | undefined, direction: Direction | 'both', what: 'packets' | 'bytes' | 'avgpkt'): number => {
  if (accounting === undefined) return 0;
  const ways = direction === 'both' ? [accounting.original, accounting.reply] : [accounting[direction]];
  const packets = ways.reduce((sum, way) => sum + way.packets, 0);
  const bytes = ways.reduce((sum, way) => sum + way.bytes, 0);
  if (what === 'avgpkt') return packets === 0 ? 0 : Math.floor(bytes / packets);
  return what === 'packets' ? packets : bytes;
};
