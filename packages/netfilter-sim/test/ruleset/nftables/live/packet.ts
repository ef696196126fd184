import { address, port } from '@nodelocal/netfilter-sim';
import type { Packet } from '@nodelocal/netfilter-sim';

/** A packet as the helper writes and reads it. */
export interface WirePacket {
  readonly protocol: string;
  readonly src: string;
  readonly dst: string;
  readonly ttl?: number;
  readonly tos?: number;
  readonly sport?: number;
  readonly dport?: number;
  readonly flags?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly icmpId?: number;
  readonly payload?: number;
}

const PAYLOAD_BYTES = 4;

export const toPacket = (of: WirePacket): Packet => {
  const family = of.src.includes(':') ? 'ipv6' : 'ipv4';
  const base = {
    family,
    src: address(of.src),
    dst: address(of.dst),
    ttl: of.ttl ?? 64,
    tos: of.tos ?? 0,
    payloadBytes: of.payload ?? PAYLOAD_BYTES,
  } as const;
  const ends = { sport: port(of.sport ?? 0), dport: port(of.dport ?? 0) };
  switch (of.protocol) {
    case 'udp':
      return { kind: 'udp', ...base, ...ends };
    case 'tcp':
      return {
        kind: 'tcp',
        ...base,
        ...ends,
        flags: of.flags ?? 0,
        sequence: 1000,
        acknowledgement: 0,
        window: 8192,
        options: {},
      };
    case 'icmp':
    case 'icmpv6':
      return {
        kind: of.protocol,
        ...base,
        icmpType: of.icmpType ?? 0,
        icmpCode: of.icmpCode ?? 0,
        icmpId: of.icmpId ?? 0,
      };
    default:
      throw new Error(`no protocol of the test: ${of.protocol}`);
  }
};

export const write = (place: string, packet: WirePacket): string => {
  const ends =
    packet.sport === undefined
      ? `${packet.src} > ${packet.dst}`
      : `${packet.src}:${packet.sport} > ${packet.dst}:${packet.dport}`;
  const more =
    packet.flags === undefined
      ? packet.icmpType === undefined
        ? ''
        : ` type ${packet.icmpType} code ${packet.icmpCode}`
      : ` flags ${packet.flags}`;
  return `${place}: ${packet.protocol} ${ends}${more} ttl ${packet.ttl} tos ${packet.tos}`;
};

export const toWire = (packet: Packet): WirePacket => {
  const { src, dst, ttl, tos } = packet;
  const base = { src, dst, ttl, tos };
  switch (packet.kind) {
    case 'udp':
      return { protocol: 'udp', ...base, sport: packet.sport, dport: packet.dport };
    case 'tcp':
      return { protocol: 'tcp', ...base, sport: packet.sport, dport: packet.dport, flags: packet.flags };
    case 'icmp':
    case 'icmpv6':
      return { protocol: packet.kind, ...base, icmpType: packet.icmpType, icmpCode: packet.icmpCode };
    case 'ported':
    case 'other':
      return { protocol: packet.kind, ...base };
  }
};
