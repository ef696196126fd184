import type { Address, Family } from './address.ts';
import type { Port } from './port.ts';
import { PROTOCOL } from './protocol.ts';
import type { ProtocolNumber } from './protocol.ts';

/** What every IP packet has. Values, not bytes: nothing malformed can be written down here. */
interface IpHeader {
  readonly family: Family;
  readonly src: Address;
  readonly dst: Address;
  /** IPv4 time to live, IPv6 hop limit. */
  readonly ttl: number;
  /** IPv4 type of service octet, IPv6 traffic class. */
  readonly tos: number;
  /** Octets behind the layer 4 header (behind the IP header for protocols without one). */
  readonly payloadBytes: number;
  /** The payload itself, where someone reads it: a resolver, or `-m string`. */
  readonly payload?: Uint8Array;
  /** `first` has the layer 4 header, `later` has not (fragment offset above 0). */
  readonly fragment?: 'first' | 'later';
}

/** A UDP datagram (RFC 768). */
export interface UdpPacket extends IpHeader {
  readonly kind: 'udp';
  readonly sport: Port;
  readonly dport: Port;
}

/** UDP-Lite, SCTP and DCCP: ports like UDP's, told apart by protocol. */
export interface PortedPacket extends IpHeader {
  readonly kind: 'ported';
  readonly protocol: typeof PROTOCOL.udplite | typeof PROTOCOL.sctp | typeof PROTOCOL.dccp;
  readonly sport: Port;
  readonly dport: Port;
}

/** Bits of the TCP flags octet (RFC 9293 §3.1). */
export const TCP_FLAG = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16, URG: 32, ECE: 64, CWR: 128 } as const;

/** A TCP segment (RFC 9293). */
export interface TcpPacket extends IpHeader {
  readonly kind: 'tcp';
  readonly sport: Port;
  readonly dport: Port;
  /** Sum of `TCP_FLAG` bits. */
  readonly flags: number;
  /** 32 bits unsigned. */
  readonly sequence: number;
  /** 32 bits unsigned; it says something where `flags` has ACK. */
  readonly acknowledgement: number;
  /** As the header has it, before scaling: 0 to 65535. */
  readonly window: number;
  readonly options: TcpOptions;
}

/** What the options of a segment say; absent where they do not. */
export interface TcpOptions {
  /** In octets, 0 to 65535. */
  readonly maximumSegmentSize?: number;
  /** By how many bits the windows to come are to be shifted: 0 to 255; conntrack takes more than 14 for 14 (RFC 7323, 2.3). */
  readonly windowScale?: number;
  /** Of a SYN (RFC 2018). */
  readonly selectiveAcknowledgementPermitted?: boolean;
  /** Octets that a rule has blanked (`-j TCPOPTSTRIP`): the header stays as long as it was. */
  readonly blankedBytes?: number;
}

/** ICMP and ICMPv6. `inner` is the packet that an error message quotes; absent: it quotes none. */
export interface IcmpPacket extends IpHeader {
  readonly kind: 'icmp' | 'icmpv6';
  /** 0 to 255. */
  readonly icmpType: number;
  /** 0 to 255. */
  readonly icmpCode: number;
  /** By which an answer is known to be one to a query: 0 to 65535; 0 in messages that have none. */
  readonly icmpId: number;
  readonly inner?: Packet;
}

/** A packet of a protocol of which only its number is looked at. */
export interface OtherPacket extends IpHeader {
  readonly kind: 'other';
  readonly protocol: ProtocolNumber;
}

/** A packet, told apart by `kind`. */
export type Packet = UdpPacket | PortedPacket | TcpPacket | IcmpPacket | OtherPacket;

/** The protocol number in the packet's IP header. */
export const protocolOf = (packet: Packet): ProtocolNumber => {
  switch (packet.kind) {
    case 'udp':
      return PROTOCOL.udp;
    case 'tcp':
      return PROTOCOL.tcp;
    case 'icmp':
      return PROTOCOL.icmp;
    case 'icmpv6':
      return PROTOCOL.icmpv6;
    case 'ported':
    case 'other':
      return packet.protocol;
  }
};

/** The header has ports, and a packet without them was written down: they are anything. */
export const lacksPorts = (packet: Packet): boolean =>
  packet.kind === 'other' && packet.fragment !== 'later' && PORTED.includes(packet.protocol);

const PORTED: readonly ProtocolNumber[] = [PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.udplite, PROTOCOL.sctp, PROTOCOL.dccp];

const layer4HeaderBytes = (packet: Packet): number => {
  switch (packet.kind) {
    case 'udp':
    case 'icmp':
    case 'icmpv6':
      return 8;
    case 'tcp':
      return tcpHeaderBytes(packet.options);
    case 'ported':
      return packet.protocol === PROTOCOL.udplite ? 8 : 12;
    case 'other':
      return 0;
  }
};

/** What each option takes, in octets (RFC 9293 §3.2, RFC 7323 §2, RFC 2018 §2). */
export const TCP_OPTION_BYTES = { maximumSegmentSize: 4, windowScale: 3, selectiveAcknowledgementPermitted: 2 } as const;

/** The header with its options, in octets: a multiple of four. */
export const tcpHeaderBytes = (options: TcpOptions): number => {
  let bytes = 20 + (options.blankedBytes ?? 0);
  if (options.maximumSegmentSize !== undefined) bytes += TCP_OPTION_BYTES.maximumSegmentSize;
  if (options.windowScale !== undefined) bytes += TCP_OPTION_BYTES.windowScale;
  if (options.selectiveAcknowledgementPermitted === true) bytes += TCP_OPTION_BYTES.selectiveAcknowledgementPermitted;
  return Math.ceil(bytes / 4) * 4;
};

/** RFC 8200 §4.5; IPv4 has the place in its header. */
const FRAGMENT_HEADER_BYTES = 8;

/** The length that counters, `-m length` and conntrack's accounting see: IP header included. */
export const packetBytes = (packet: Packet): number =>
  (packet.family === 'ipv4' ? 20 : packet.fragment === undefined ? 40 : 40 + FRAGMENT_HEADER_BYTES) +
  (packet.fragment === 'later' ? 0 : layer4HeaderBytes(packet)) +
  packet.payloadBytes;
