import type { Flight } from '../flight/flight.ts';
import { LOOPBACK } from '../host/host.ts';
import { isLoopbackAddress, isMulticast } from '../host/interface.ts';
import { addressBits } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';
import { isLinkLocal } from '../routing/source-ipv6.ts';

export type Arrival = 'accepted' | 'martian-source' | 'martian-destination';

/** IPv6 throws away what no host may send before any hook sees it (`ip6_rcv_core`, net/ipv6/ip6_input.c, 6.12). */
export const arrive = ({ packet: { family, src, dst }, inDevice, destination }: Flight): Arrival => {
  if (family === 'ipv4') return 'accepted';
  if (isMulticast(src)) return 'martian-source';
  if (inDevice === LOOPBACK) return 'accepted';
  // What has its way already is a copy of the host's own.
  if (destination === undefined && staysInside(dst)) return 'martian-destination';
  if (isLoopbackAddress(src)) return 'martian-source';
  return isLoopbackAddress(dst) ? 'martian-destination' : 'accepted';
};

/** A group that no packet on a link may go to: its scope is the interface, or none (RFC 4291 §2.7). */
export const staysInside = (destination: Address): boolean => isMulticast(destination) && ((addressBits(destination) >> 112n) & 0xfn) <= 1n;

/** Whether IPv6 lets a source cross from one link to another (`ip6_forward`, net/ipv6/ip6_output.c, 6.12). */
export const mayPass = (source: Address): 'passes' | 'martian' | 'beyond-scope' => {
  if (addressBits(source) === 0n || isMulticast(source) || isLoopbackAddress(source)) return 'martian';
  return isLinkLocal(source) ? 'beyond-scope' : 'passes';
};
