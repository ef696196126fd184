import { isIcmpError } from '../conntrack/track.ts';
import type { Environment } from '../flight/environment.ts';
import type { Flight } from '../flight/flight.ts';
import { LOOPBACK } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { anyAddress } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';
import { packetBytes } from '../packet/packet.ts';
import type { IcmpPacket, Packet } from '../packet/packet.ts';
import { addressType } from '../routing/address-type.ts';
import type { OutputRoute } from '../routing/output.ts';
import { narrowScope, selectSourceIpv6 } from '../routing/source-ipv6.ts';
import { answer, isBetweenTwo, KERNEL_SOCKET, ownTtl, turned, wayBack } from './answer.ts';
import { isRoutedOnBridge, notesPort } from './bridge.ts';
import { chooseHop } from './multipath.ts';

/** Type and code of an ICMP error, in the family of the packet that it is about. */
export interface IcmpError {
  readonly icmpType: number;
  readonly icmpCode: number;
}

export const UNREACHABLE = {
  ipv4: {
    network: { icmpType: 3, icmpCode: 0 },
    host: { icmpType: 3, icmpCode: 1 },
    port: { icmpType: 3, icmpCode: 3 },
    prohibited: { icmpType: 3, icmpCode: 13 },
  },
  ipv6: {
    network: { icmpType: 1, icmpCode: 0 },
    scope: { icmpType: 1, icmpCode: 2 },
    host: { icmpType: 1, icmpCode: 3 },
    port: { icmpType: 1, icmpCode: 4 },
    prohibited: { icmpType: 1, icmpCode: 1 },
  },
} as const;

export const TIME_EXCEEDED = { ipv4: { icmpType: 11, icmpCode: 0 }, ipv6: { icmpType: 3, icmpCode: 0 } } as const;

/** IPTOS_PREC_INTERNETCONTROL, on every ICMP error (icmp.c, 6.12). */
const TOS_INTERNET_CONTROL = 0xc0;
const TOS_KEPT = 0x1e;
/** RFC 1812 §4.3.2.3: an error quotes so much that the whole stays within 576 octets; RFC 4443 §3: 1280. */
const ERROR_BYTES_MAX = { ipv4: 576, ipv6: 1280 } as const;
const ERROR_HEADER_BYTES = { ipv4: 28, ipv6: 48 } as const;

/**
 * The host tells a packet's sender what is wrong (`icmp_send`, net/ipv4/icmp.c; `icmp6_send`). An
 * error about an error or a multicast is never sent, for IPv4 none about a later fragment.
 */
export const sendError = (environment: Environment, flight: Flight, error: IcmpError, attach: 'attach' | 'track'): void => {
  const { packet } = flight;
  if (mayBeError(packet) || !isBetweenTwo(flight) || isBeingSent(flight)) return;
  const source = errorSource(environment, flight);
  if (source === undefined) return;
  const { family } = packet;
  const reply: IcmpPacket = {
    kind: family === 'ipv4' ? 'icmp' : 'icmpv6',
    family,
    src: source,
    dst: packet.src,
    ttl: ownTtl(environment, packet),
    tos: family === 'ipv4' ? (packet.tos & TOS_KEPT) | TOS_INTERNET_CONTROL : 0,
    payloadBytes: Math.min(packetBytes(packet), ERROR_BYTES_MAX[family] - ERROR_HEADER_BYTES[family]),
    ...error,
    icmpId: 0,
    inner: packet,
  };
  answer(environment, reply, attach === 'attach' ? turned(environment, flight) : { kind: 'none' }, { owner: KERNEL_SOCKET });
};

/** A rule's error: it answers no packet of IPv6 whose checksum it cannot find (`reject6_csum_ok`, net/ipv6/netfilter/nf_reject_ipv6.c, 6.18). */
export const sendRulesError = (environment: Environment, flight: Flight, error: IcmpError): void => {
  const { family, fragment } = flight.packet;
  if (family === 'ipv4' || fragment !== 'later') sendError(environment, flight, error, 'attach');
};

/** While ICMP sends a message of its own, it can send none about it (`icmp_xmit_lock`, `icmpv6_xmit_lock`, 6.18). */
const isBeingSent = ({ packet, origin, inDevice }: Flight): boolean =>
  origin === 'kernel' && inDevice === '' && (packet.kind === 'icmp' || packet.kind === 'icmpv6');

/** Types without the error bit in `icmp_pointers` (net/ipv4/icmp.c, 6.12). */
const ICMP_QUERIES: readonly number[] = [0, 8, 13, 14, 15, 16, 17, 18];

/** An ICMP message that is an error for all one knows, or a piece of what may be one; IPv6 does not look so far (`is_ineligible`). */
const mayBeError = (packet: Packet): boolean => {
  if (packet.fragment === 'later') return packet.family === 'ipv4';
  return packet.kind === 'icmp' ? !ICMP_QUERIES.includes(packet.icmpType) : isIcmpError(packet);
};

/** The address that was asked, if it is the host's; else the one by which the sender is reached. */
const errorSource = (environment: Environment, flight: Flight): Address | undefined => {
  const { packet, destination, inDevice } = flight;
  const { host } = environment;
  const back = wayBack(environment, packet, { chooseHop: chooseHop(environment) });
  // icmpv6_route_lookup, net/ipv6/icmp.c, 6.12: one of many is told nothing.
  if (back.kind !== 'route' || back.type === 'anycast') return undefined;
  if (destination === undefined && packet.family === 'ipv4') return unrouted(environment, packet, back);
  // What a socket that is bound to the loopback device sends stays here too, whatever the address is (RTCF_LOCAL).
  if (packet.family === 'ipv4') return destination?.device === LOOPBACK && packet.dst !== anyAddress('ipv4') ? packet.dst : back.source;
  // IPv6 does not ask the route, which may be another's: by a mark, or by the device that a socket is bound to.
  if (isOwnAddress(host, packet.dst, inDevice === '' ? LOOPBACK : inDevice) || addressType(host, packet.dst) === 'ANYCAST') return packet.dst;
  // icmp6_send: unless the route names one, an address as if for the device that the packet came in by.
  const by: CameBy = back.route?.preferredSource === undefined ? cameBy(environment, flight) : { kind: 'nothing' };
  switch (by.kind) {
    case 'device':
      return selectSourceIpv6(host.interfaces, { device: by.name, destination: packet.src });
    case 'nothing':
      return back.source;
    case 'undecided':
      return undefined;
  }
};

type CameBy = { readonly kind: 'device'; readonly name: string } | { readonly kind: 'nothing' } | { readonly kind: 'undecided' };

/**
 * The device that ICMP takes a packet to have come in by (`IP6CB(skb)->iif`): that of its route where it had one when IP got it
 * (ip6_rcv_core, net/ipv6/ip6_input.c, 6.18), none as long as br_netfilter has it (br_validate_ipv6).
 */
const cameBy = (environment: Environment, flight: Flight): CameBy => {
  const { inDevice, destination, bridged } = flight;
  if (inDevice === '') return { kind: 'nothing' };
  const byBridge = notesPort(environment, flight);
  if (byBridge === 'undecided') return { kind: 'undecided' };
  if (byBridge && (bridged || destination === undefined)) return { kind: 'nothing' };
  const hadRoute = isRoutedOnBridge(environment, flight) === true;
  return { kind: 'device', name: hadRoute && destination !== undefined ? destination.device : inDevice };
};

/** `ipv6_chk_addr` (net/ipv6/addrconf.c, 6.12): one of a host's or a link's scope is the host's at its own device only. */
const isOwnAddress = ({ interfaces }: Host, address: Address, at: string): boolean => {
  const scope = narrowScope(address);
  return interfaces.some(({ name, addresses }) => (name === at || (scope !== 'host' && scope !== 'link')) && addresses.some((own) => own.address === address));
};

/** Before routing the way back stands for the route: to the host itself, it takes the address that was asked for the host's. */
const unrouted = ({ host }: Environment, { dst }: Packet, back: Extract<OutputRoute, { kind: 'route' }>): Address | undefined => {
  if (back.type === 'broadcast' || back.type === 'multicast') return undefined;
  if (back.type !== 'local' || dst === anyAddress('ipv4')) return back.source;
  return addressType(host, dst) === 'LOCAL' ? dst : undefined;
};
