import type { Endpoint } from '../address.ts';

/** A peer's address as the network has it: an IPv6 socket shows IPv4 peers as `::ffff:10.0.0.1`. */
export const peerOf = (address: string | undefined, port: number | undefined): Endpoint => ({
  address: (address ?? '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, ''),
  port: port ?? 0,
});
