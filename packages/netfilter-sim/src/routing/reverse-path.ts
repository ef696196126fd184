import { routingKey } from '../fib/key.ts';
import { lookup } from '../fib/lookup.ts';
import { isDeviceUp, LOOPBACK } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { isMulticast } from '../host/interface.ts';
import { addressBits } from '../packet/address.ts';
import type { Packet } from '../packet/packet.ts';

export interface ReversePathOptions {
  /** Any device will do. */
  readonly loose: boolean;
  /** The packet's mark takes part in the lookup. */
  readonly validMark: boolean;
  readonly acceptLocal: boolean;
}

/** `-m rpfilter` (net/ipv4/netfilter/ipt_rpfilter.c and net/ipv6/netfilter/ip6t_rpfilter.c, 6.12). */
export const passesReversePath = (
  host: Host,
  { packet, mark, inDevice }: { readonly packet: Packet; readonly mark: number; readonly inDevice: string },
  { loose, validMark, acceptLocal }: ReversePathOptions,
): boolean => {
  if (inDevice === LOOPBACK) return true;
  const { source: _, ...key } = routingKey(packet, validMark ? mark : 0, LOOPBACK);
  const answersFrom = isMulticast(packet.dst) || addressBits(packet.dst) === 0n ? {} : { source: packet.dst };
  const back = lookup(host.routing[packet.family], { ...key, ...answersFrom, destination: packet.src }, isDeviceUp(host));
  if (back.kind === 'error') return false;
  const { type, nextHops } = back.route;
  if (type !== 'unicast' && !(type === 'local' && acceptLocal)) return false;
  // Whose own address it is, IPv6 does not mind the device (rpfilter_lookup_reverse6).
  if (type === 'local' && packet.family === 'ipv6') return true;
  return loose || nextHops.some((hop) => hop.device === inDevice);
};
