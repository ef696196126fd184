import { addressBits } from '../../packet/address.ts';
import type { Address } from '../../packet/address.ts';
import { packetBytes, protocolOf } from '../../packet/packet.ts';
import type { Packet, TcpPacket } from '../../packet/packet.ts';
import type { PartialWord } from './partial-word.ts';

/** A packet from its IP header on, as far as the packet value says what it is made of. */
export interface Octets {
  /** `skb->len`. */
  readonly length: number;
  readonly value: Uint8Array;
  /** Which bits of `value` count. */
  readonly known: Uint8Array;
}

/** Writes what is known, a field behind the other. */
class Writer implements Octets {
  readonly length: number;
  readonly value: Uint8Array;
  readonly known: Uint8Array;
  private at = 0;

  constructor(length: number) {
    this.length = length;
    this.value = new Uint8Array(length);
    this.known = new Uint8Array(length);
  }

  /** `known`: the bits of the field that are; all of them where it is not given. */
  field(bytes: number, value: number, known = 2 ** (8 * bytes) - 1): this {
    for (let shift = 8 * (bytes - 1); shift >= 0; shift -= 8) this.octet(value >>> shift, known >>> shift);
    return this;
  }

  skip(bytes: number): this {
    this.at += bytes;
    return this;
  }

  address(address: Address, width: number): this {
    const bits = addressBits(address);
    for (let shift = width - 8; shift >= 0; shift -= 8) this.octet(Number((bits >> BigInt(shift)) & 0xffn));
    return this;
  }

  octets(octets: Uint8Array): this {
    for (const octet of octets) this.octet(octet);
    return this;
  }

  private octet(value: number, known = 0xff): void {
    if (this.at < this.length) {
      this.value[this.at] = value & known & 0xff;
      this.known[this.at] = known & 0xff;
    }
    this.at += 1;
  }
}

/** RFC 791 §3.1. Packets of the model have no options; nobody knows their identification, DF and checksum. */
const writeIpv4Header = (to: Writer, packet: Packet): void => {
  to.field(1, 0x45).field(1, packet.tos).field(2, to.length).skip(2);
  // Three flags, of which the first is reserved, and the offset: later fragments have some.
  if (packet.fragment === undefined) to.field(2, 0, 0x3fff);
  else if (packet.fragment === 'first') to.field(2, 0x2000, 0x3fff);
  else to.skip(2);
  to.field(1, packet.ttl).field(1, protocolOf(packet)).skip(2);
  to.address(packet.src, 32).address(packet.dst, 32);
};

/** RFC 8200 §3. Nobody knows the flow label. */
const writeIpv6Header = (to: Writer, packet: Packet): void => {
  to.field(4, (6 << 28) | (packet.tos << 20), 0xfff0_0000).field(2, to.length - 40);
  to.field(1, protocolOf(packet)).field(1, packet.ttl);
  to.address(packet.src, 128).address(packet.dst, 128);
};

/** RFC 9293 §3.1. Of options, an announced segment size that stands alone has one way to be written. */
const writeTcpHeader = (to: Writer, packet: TcpPacket, headerBytes: number): void => {
  const { sport, dport, sequence, acknowledgement, flags, window, options } = packet;
  to.field(2, sport).field(2, dport).field(4, sequence).field(4, acknowledgement);
  to.field(1, (headerBytes / 4) << 4, 0xf0).field(1, flags).field(2, window).skip(4);
  const { maximumSegmentSize, windowScale, selectiveAcknowledgementPermitted, blankedBytes } = options;
  const alone = windowScale === undefined && selectiveAcknowledgementPermitted !== true && blankedBytes === undefined;
  if (maximumSegmentSize !== undefined && alone) to.field(2, 0x0204).field(2, maximumSegmentSize);
  else to.skip(headerBytes - 20);
};

/** Queries and answers carry an identifier (RFC 792, RFC 950, RFC 4443 §4); what errors have there is not known. */
const ICMP_WITH_ID = { icmp: [0, 8, 13, 14, 15, 16, 17, 18], icmpv6: [128, 129] } as const;

/** What stands behind the IP header, as far as the header of layer 4 goes. */
const writeLayer4 = (to: Writer, packet: Packet, headerBytes: number): void => {
  switch (packet.kind) {
    case 'udp':
      to.field(2, packet.sport).field(2, packet.dport);
      if (packet.fragment === undefined) to.field(2, headerBytes + packet.payloadBytes).skip(2);
      else to.skip(4);
      return;
    case 'tcp':
      writeTcpHeader(to, packet, headerBytes);
      return;
    case 'icmp':
    case 'icmpv6':
      to.field(1, packet.icmpType).field(1, packet.icmpCode).skip(2);
      if ((ICMP_WITH_ID[packet.kind] as readonly number[]).includes(packet.icmpType)) to.field(2, packet.icmpId).skip(2);
      else to.skip(4);
      return;
    case 'ported':
      to.field(2, packet.sport).field(2, packet.dport).skip(headerBytes - 4);
      return;
    case 'other':
      return;
  }
};

/** What is known of a packet's octets. An IPv6 fragment has a header more, which the packet value lacks. */
export const octetsOf = (packet: Packet): Octets => {
  const octets = new Writer(packetBytes(packet));
  const ipBytes = packet.family === 'ipv4' ? 20 : 40;
  if (packet.family === 'ipv4') {
    writeIpv4Header(octets, packet);
  } else if (packet.fragment === undefined) {
    writeIpv6Header(octets, packet);
  } else {
    return octets.field(4, (6 << 28) | (packet.tos << 20), 0xfff0_0000);
  }
  if (packet.fragment !== 'later') writeLayer4(octets, packet, octets.length - packet.payloadBytes - ipBytes);
  return packet.payload === undefined ? octets : octets.octets(packet.payload);
};

/** So many octets as a number in network order; `undefined`: they are not all inside the packet. */
export const octetsAt = ({ length, value, known }: Octets, offset: number, bytes: 1 | 2 | 4): PartialWord | undefined => {
  if (offset + bytes > length) return undefined;
  const word = (of: Uint8Array): number =>
    of.subarray(offset, offset + bytes).reduce((sum, octet) => sum * 256 + octet, 0);
  // What a shorter number has above itself is 0.
  return { value: word(value), known: word(known) + (2 ** 32 - 2 ** (8 * bytes)) };
};
