import { addressBits, addressFromBits, addressWidth } from '../../src/packet/address.ts';
import type { Address, Family } from '../../src/packet/address.ts';
import { packetBytes, protocolOf } from '../../src/packet/packet.ts';
import type { IcmpPacket, Packet, TcpPacket } from '../../src/packet/packet.ts';
import { port } from '../../src/packet/port.ts';
import { PROTOCOL } from '../../src/packet/protocol.ts';

/** Packets as octets, with right checksums, and back. */

/** Names a packet on its way through the kernel: IPv4 identification, IPv6 flow label. */
export type Ident = number;

const addressOctets = (address: Address, family: Family): Buffer =>
  Buffer.from(addressBits(address).toString(16).padStart(addressWidth(family) / 4, '0'), 'hex');

const readAddressAt = (data: Buffer, at: number, family: Family): Address => {
  const octets = data.subarray(at, at + addressWidth(family) / 8);
  return addressFromBits(family, BigInt(`0x${octets.toString('hex')}`));
};

const sumWords = (data: Buffer): number => {
  let sum = 0;
  for (let at = 0; at < data.length; at += 2) sum += (data[at] ?? 0) * 256 + (data[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
};

const checksum = (...parts: readonly Buffer[]): number => ~parts.map(sumWords).reduce((a, b) => sumWords(words(a, b)), 0) & 0xffff;

const words = (a: number, b: number): Buffer => {
  const data = Buffer.alloc(4);
  data.writeUInt16BE(a, 0);
  data.writeUInt16BE(b, 2);
  return data;
};

/** What a checksum of layer 4 covers besides its own octets. */
const pseudoHeader = (packet: Packet, length: number): Buffer => {
  const tail = Buffer.alloc(4);
  tail.writeUInt16BE(protocolOf(packet), 0);
  tail.writeUInt16BE(length, 2);
  return Buffer.concat([addressOctets(packet.src, packet.family), addressOctets(packet.dst, packet.family), tail]);
};

/** Where a piece stands, in units of eight octets: one place is as good as another. More pieces follow the first alone. */
const LATER_AT = 2;

const pieceAt = (units: number, more: boolean): Pick<Packet, 'fragment'> => (units > 0 ? { fragment: 'later' } : more ? { fragment: 'first' } : {});

/** "More fragments" of IPv4's header. */
const MORE = 0x2000;
const FRAGMENT_HEADER = 44;

/** Of IPv6, with the protocol of what it is a piece of. */
const fragmentHeader = (packet: Packet, ident: Ident): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = protocolOf(packet);
  header.writeUInt16BE(packet.fragment === 'later' ? LATER_AT << 3 : 1, 2);
  header.writeUInt32BE(ident, 4);
  return header;
};

export const encode = (packet: Packet, ident: Ident): Buffer => {
  const { fragment } = packet;
  const whole = fragment === 'later' ? Buffer.alloc(packet.payloadBytes, 0x61) : encodeBody(packet, ident);
  const body = fragment === undefined || packet.family === 'ipv4' ? whole : Buffer.concat([fragmentHeader(packet, ident), whole]);
  if (packet.family === 'ipv6') {
    const header = Buffer.alloc(8);
    header.writeUInt32BE(((6 << 28) | (packet.tos << 20) | ident) >>> 0, 0);
    header.writeUInt16BE(body.length, 4);
    header[6] = fragment === undefined ? protocolOf(packet) : FRAGMENT_HEADER;
    header[7] = packet.ttl;
    return Buffer.concat([header, addressOctets(packet.src, 'ipv6'), addressOctets(packet.dst, 'ipv6'), body]);
  }
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header[1] = packet.tos;
  header.writeUInt16BE(20 + body.length, 2);
  header.writeUInt16BE(ident, 4);
  if (fragment !== undefined) header.writeUInt16BE(fragment === 'first' ? MORE : LATER_AT, 6);
  header[8] = packet.ttl;
  header[9] = protocolOf(packet);
  addressOctets(packet.src, 'ipv4').copy(header, 12);
  addressOctets(packet.dst, 'ipv4').copy(header, 16);
  header.writeUInt16BE(checksum(header), 10);
  return Buffer.concat([header, body]);
};

const encodeBody = (packet: Packet, ident: Ident): Buffer => {
  const payload = Buffer.alloc(packet.payloadBytes, 0x61);
  switch (packet.kind) {
    case 'udp': {
      const data = Buffer.concat([Buffer.alloc(8), payload]);
      data.writeUInt16BE(packet.sport, 0);
      data.writeUInt16BE(packet.dport, 2);
      data.writeUInt16BE(data.length, 4);
      data.writeUInt16BE(checksum(pseudoHeader(packet, data.length), data) || 0xffff, 6);
      return data;
    }
    case 'tcp': {
      const data = Buffer.concat([encodeTcpHeader(packet), payload]);
      data.writeUInt16BE(checksum(pseudoHeader(packet, data.length), data), 16);
      return data;
    }
    case 'icmp':
    case 'icmpv6': {
      const data = Buffer.concat([Buffer.alloc(8), packet.inner === undefined ? payload : encode(packet.inner, ident)]);
      data[0] = packet.icmpType;
      data[1] = packet.icmpCode;
      data.writeUInt16BE(packet.icmpId, 4);
      const covered = packet.kind === 'icmp' ? [data] : [pseudoHeader(packet, data.length), data];
      data.writeUInt16BE(checksum(...covered), 2);
      return data;
    }
    case 'ported':
    case 'other':
      return payload;
  }
};

const OPTION_SEGMENT_SIZE = 2;

const OPTION_FILLER = 1;

const encodeTcpHeader = ({ sport, dport, sequence, acknowledgement, flags, window, options }: TcpPacket): Buffer => {
  const { maximumSegmentSize } = options;
  const data = Buffer.alloc(maximumSegmentSize === undefined ? 20 : 24);
  data.writeUInt16BE(sport, 0);
  data.writeUInt16BE(dport, 2);
  data.writeUInt32BE(sequence, 4);
  data.writeUInt32BE(acknowledgement, 8);
  data[12] = (data.length / 4) << 4;
  data[13] = flags;
  data.writeUInt16BE(window, 14);
  if (maximumSegmentSize !== undefined) {
    data[20] = OPTION_SEGMENT_SIZE;
    data[21] = 4;
    data.writeUInt16BE(maximumSegmentSize, 22);
  }
  return data;
};

/** An ICMP error may quote less than the whole packet: what is missing reads as 0. */
export const decode = (captured: Buffer): { readonly packet: Packet; readonly ident: Ident } => {
  const data = Buffer.concat([captured, Buffer.alloc(64)]);
  const family: Family = (data[0] ?? 0) >> 4 === 6 ? 'ipv6' : 'ipv4';
  if (family === 'ipv4') {
    const headerBytes = ((data[0] ?? 0) & 0xf) * 4;
    const base = { family, src: readAddressAt(data, 12, family), dst: readAddressAt(data, 16, family), ttl: data[8] ?? 0, tos: data[1] ?? 0 };
    const bytes = data.readUInt16BE(2) - headerBytes;
    const place = data.readUInt16BE(6);
    return { packet: decodePiece({ ...base, ...pieceAt(place & (MORE - 1), (place & MORE) !== 0) }, data[9] ?? 0, data.subarray(headerBytes), bytes), ident: data.readUInt16BE(4) };
  }
  const flow = data.readUInt32BE(0);
  const base = { family, src: readAddressAt(data, 8, family), dst: readAddressAt(data, 24, family), ttl: data[7] ?? 0, tos: (flow >>> 20) & 0xff };
  const ident = flow & 0xfffff;
  if (data[6] !== FRAGMENT_HEADER) return { packet: decodeBody(base, data[6] ?? 0, data.subarray(40), data.readUInt16BE(4)), ident };
  const place = data.readUInt16BE(42);
  return { packet: decodePiece({ ...base, ...pieceAt(place >> 3, (place & 1) !== 0) }, data[40] ?? 0, data.subarray(48), data.readUInt16BE(4) - 8), ident };
};

/** Behind the first piece there is no header of layer 4. */
const decodePiece = (header: Header, protocol: number, data: Buffer, bytes: number): Packet =>
  header.fragment === 'later' ? { kind: 'other', ...header, protocol, payloadBytes: bytes } : decodeBody(header, protocol, data, bytes);

type Header = Pick<Packet, 'family' | 'src' | 'dst' | 'ttl' | 'tos' | 'fragment'>;

const decodeBody = (header: Header, protocol: number, data: Buffer, bytes: number): Packet => {
  const ends = () => ({ sport: port(data.readUInt16BE(0)), dport: port(data.readUInt16BE(2)) });
  switch (protocol) {
    case PROTOCOL.udp:
      return { kind: 'udp', ...header, ...ends(), payloadBytes: bytes - 8 };
    case PROTOCOL.tcp: {
      const headerBytes = ((data[12] ?? 0) >> 4) * 4;
      return {
        kind: 'tcp',
        ...header,
        ...ends(),
        sequence: data.readUInt32BE(4),
        acknowledgement: data.readUInt32BE(8),
        flags: data[13] ?? 0,
        window: data.readUInt16BE(14),
        options: decodeOptions(data.subarray(20, headerBytes)),
        payloadBytes: bytes - headerBytes,
      };
    }
    case PROTOCOL.icmp:
    case PROTOCOL.icmpv6:
      return decodeIcmp(header, protocol === PROTOCOL.icmp ? 'icmp' : 'icmpv6', data, bytes);
    default:
      return { kind: 'other', ...header, protocol, payloadBytes: bytes };
  }
};

/** Options that a case can have: an announced segment size, and what rules made of it. */
const decodeOptions = (options: Buffer): TcpPacket['options'] => {
  const fillers = options.filter((octet, at) => octet === OPTION_FILLER && at % 4 === 0).length * 4;
  const at = options.indexOf(OPTION_SEGMENT_SIZE);
  return { ...(at < 0 ? {} : { maximumSegmentSize: options.readUInt16BE(at + 2) }), ...(fillers === 0 ? {} : { blankedBytes: fillers }) };
};

const ERRORS = { icmp: [3, 4, 5, 11, 12], icmpv6: [1, 2, 3, 4] } as const;

const decodeIcmp = (header: Header, kind: IcmpPacket['kind'], data: Buffer, bytes: number): IcmpPacket => {
  const icmpType = data[0] ?? 0;
  const quotes = (ERRORS[kind] as readonly number[]).includes(icmpType) && bytes > 8;
  return {
    kind,
    ...header,
    icmpType,
    icmpCode: data[1] ?? 0,
    icmpId: quotes ? 0 : data.readUInt16BE(4),
    payloadBytes: bytes - 8,
    ...(quotes ? { inner: decode(data.subarray(8)).packet } : {}),
  };
};

/** One line for one packet as it was seen; `drawn` hides a source port that came from chance. */
export const write = (packet: Packet, drawn = false): string => {
  const { src, dst, ttl, tos } = packet;
  const piece = packet.fragment === undefined ? '' : ` fragment ${packet.fragment}`;
  const header = `ttl ${ttl} tos ${tos} bytes ${packetBytes(packet)}${piece}`;
  if (packet.fragment === 'later') return `${protocolOf(packet)} ${src} > ${dst} ${header}`;
  switch (packet.kind) {
    case 'udp':
      return `udp ${src}:${drawn ? '*' : packet.sport} > ${dst}:${packet.dport} ${header}`;
    case 'tcp': {
      const { flags, sequence, acknowledgement, window, options } = packet;
      const segment = `flags ${flags} seq ${sequence} ack ${acknowledgement} window ${window} mss ${options.maximumSegmentSize ?? '-'}`;
      return `tcp ${src}:${drawn ? '*' : packet.sport} > ${dst}:${packet.dport} ${segment} ${header}`;
    }
    case 'icmp':
    case 'icmpv6': {
      const quoted = packet.inner === undefined ? '' : ` quoting [${writeEnds(packet.inner)}]`;
      const id = drawn ? '*' : packet.icmpId;
      return `${packet.kind} ${src} > ${dst} type ${packet.icmpType} code ${packet.icmpCode} id ${id} ${header}${quoted}`;
    }
    case 'ported':
    case 'other':
      return `${packet.protocol} ${src} > ${dst} ${header}`;
  }
};

/** What every error quotes: addresses and the first eight octets behind the header. */
const writeEnds = (packet: Packet): string => {
  const { src, dst } = packet;
  if (packet.fragment === 'later') return `${protocolOf(packet)} ${src} > ${dst}`;
  switch (packet.kind) {
    case 'udp':
    case 'tcp':
      return `${packet.kind} ${src}:${packet.sport} > ${dst}:${packet.dport}`;
    case 'icmp':
    case 'icmpv6':
      return `${packet.kind} ${src} > ${dst} type ${packet.icmpType} code ${packet.icmpCode} id ${packet.icmpId}`;
    case 'ported':
    case 'other':
      return `${packet.protocol} ${src} > ${dst}`;
  }
};
