import { InputError } from '../error.ts';
import type { Position } from '../error.ts';
import { familyOf } from './address.ts';
import { readEnd } from './end.ts';
import type { End } from './end.ts';
import { FLAG_LETTERS, NO_FLAGS, PROTOCOL_NAMES, usualPayloadBytes, USUAL } from './notation-words.ts';
import type { Packet } from './packet.ts';
import { port } from './port.ts';
import { PROTOCOL } from './protocol.ts';
import type { ProtocolNumber } from './protocol.ts';
import { checkText } from '../range.ts';

/**
 * One line for one packet:
 *
 *   vpod1: udp 10.244.1.5:40000 > 10.96.0.10:53
 *   local: tcp [fd00::1]:40000 > [fd00::a]:53 flags S ttl 64
 *   eth0: icmp 10.0.0.1 > 10.0.0.2 type 8 id 7
 *   eth0: sctp 10.0.0.1:36412 > 10.0.0.2:36412
 *   local: udp 10.0.0.1:51820 > 10.0.0.2:51820 mark 0xca6c uid 1000 gid 1000
 *
 * In front the device that it comes in by, or `local` for one that the host sends; behind, pairs of a
 * name and a value.
 */
export interface WrittenPacket {
  readonly from: 'local' | { readonly device: string };
  readonly packet: Packet;
  /** What the socket says of a packet that the host sends. */
  readonly socket: WrittenSocket;
}

/** `SO_MARK`, and who owns the socket; absent: not said. */
export interface WrittenSocket {
  /** 32 bits unsigned; packets carry it from the start. */
  readonly mark?: number;
  /** The user's number, 32 bits unsigned. */
  readonly uid?: number;
  /** The group's number, 32 bits unsigned. */
  readonly gid?: number;
}

/** Where in a packet's text something is wrong: it stands in no file. @param column from 1 */
export const packetPosition = (text: string, column: number): Position => ({ file: `packet "${text}"`, line: 1, column });

const SHAPE = /^\s*([^\s:]+):\s+([a-z][a-z0-9]*|\d{1,3})\s+(\S+)\s+>\s+(\S+)((?:\s+[a-z]+\s+\S+)*)\s*$/;
const EXAMPLE = 'write it like "vpod1: udp 10.244.1.5:40000 > 10.96.0.10:53"';

/**
 * The packet that a text in the notation of `WrittenPacket` describes; what it leaves out is as usual (`ttl 64`, `flags S`, …).
 * @throws InputError that names the part that is wrong; TypeError for what is no text
 */
export const parsePacket = (text: string): WrittenPacket => {
  checkText('text', text);
  const found = SHAPE.exec(text);
  if (found === null) throw new InputError(packetPosition(text, 1), 'this is no packet', EXAMPLE);
  const [, from = '', protocol = '', source = '', destination = '', rest = ''] = found;
  const words = new Words(text, rest);
  const named = readProtocol(text, protocol);
  const ported = named === PROTOCOL.udp || named === PROTOCOL.tcp;
  const ends = ported ? 'ports' : PORTED.includes(named) ? 'maybe-ports' : 'addresses';
  const src = endOf(text, source, ends);
  const dst = endOf(text, destination, ends);
  if ((src.port === undefined) !== (dst.port === undefined)) throw at(text, destination, 'ports stand at both ends, or at none');
  const family = familyOf(src.address);
  if (family !== familyOf(dst.address)) throw at(text, destination, 'both addresses must be of one family');
  const header = {
    family,
    src: src.address,
    dst: dst.address,
    ttl: words.number('ttl', USUAL.ttl, 255),
    tos: words.number('tos', USUAL.tos, 255),
    payloadBytes: words.number('payload', usualPayloadBytes(named), 65_000),
    ...words.oneOf('fragment', ['first', 'later']),
  };
  const ports = { sport: src.port ?? NO_PORT, dport: dst.port ?? NO_PORT };
  const packet = ((): Packet => {
    switch (named) {
      case PROTOCOL.udp:
        return { kind: 'udp', ...header, ...ports };
      case PROTOCOL.tcp:
        return {
          kind: 'tcp',
          ...header,
          ...ports,
          flags: readFlags(words.text('flags', 'S'), text),
          sequence: words.number('seq', USUAL.sequence, 0xffff_ffff),
          acknowledgement: words.number('ack', USUAL.acknowledgement, 0xffff_ffff),
          window: words.number('window', USUAL.window, 65_535),
          options: {
            ...words.optional('mss', 'maximumSegmentSize', 65_535),
            ...words.optional('wscale', 'windowScale', 255),
          },
        };
      case PROTOCOL.udplite:
      case PROTOCOL.sctp:
      case PROTOCOL.dccp:
        return src.port === undefined
          ? { kind: 'other', ...header, protocol: named }
          : { kind: 'ported', ...header, ...ports, protocol: named };
      case PROTOCOL.icmp:
      case PROTOCOL.icmpv6:
        return {
          kind: named === PROTOCOL.icmp ? 'icmp' : 'icmpv6',
          ...header,
          icmpType: words.number('type', named === PROTOCOL.icmp ? 8 : 128, 255),
          icmpCode: words.number('code', 0, 255),
          icmpId: words.number('id', USUAL.icmpId, 65_535),
        };
      default:
        return { kind: 'other', ...header, protocol: named };
    }
  })();
  const socket: WrittenSocket =
    from === 'local'
      ? { ...words.optional('mark', 'mark', 0xffff_ffff), ...words.optional('uid', 'uid', 0xffff_ffff), ...words.optional('gid', 'gid', 0xffff_ffff) }
      : {};
  words.refuseRest();
  return { from: from === 'local' ? 'local' : { device: from }, packet, socket };
};

/** They have ports, which may be left open. */
const PORTED: readonly ProtocolNumber[] = [PROTOCOL.udplite, PROTOCOL.sctp, PROTOCOL.dccp];

const PROTOCOL_MAX = 255;

const readProtocol = (text: string, written: string): ProtocolNumber => {
  const number = Object.hasOwn(PROTOCOL_NAMES, written) ? PROTOCOL_NAMES[written] : /^\d+$/.test(written) ? Number(written) : undefined;
  if (number === undefined || number > PROTOCOL_MAX)
    throw at(text, written, `not a protocol: ${written}; it is a number up to ${PROTOCOL_MAX}, or one of ${Object.keys(PROTOCOL_NAMES).join(', ')}`);
  return number;
};

const at = (text: string, part: string, reason: string): InputError =>
  new InputError(packetPosition(text, Math.max(text.indexOf(part), 0) + 1), reason, EXAMPLE);

const NO_PORT = port(0);

const endOf = (text: string, written: string, shape: 'ports' | 'maybe-ports' | 'addresses'): End => {
  const end = readEnd(written);
  if (end !== undefined && (shape === 'maybe-ports' || (shape === 'ports') === (end.port !== undefined))) return end;
  throw at(text, written, shape === 'addresses' ? `not an IP address: ${written}` : `expected ADDRESS:PORT, not ${written}`);
};

const readFlags = (letters: string, text: string): number => {
  if (letters === NO_FLAGS) return 0;
  let flags = 0;
  for (const letter of letters) {
    const flag = FLAG_LETTERS[letter];
    if (flag === undefined) throw at(text, letters, `TCP flags are letters of FSRPAUEW, not ${letter}`);
    flags |= flag;
  }
  return flags;
};

/** The pairs behind the ends; each may be asked for once. */
class Words {
  readonly #line: string;
  readonly #left = new Map<string, string>();

  constructor(line: string, rest: string) {
    this.#line = line;
    const words = rest.trim() === '' ? [] : rest.trim().split(/\s+/);
    for (let index = 0; index < words.length; index += 2) {
      const [name = '', value = ''] = words.slice(index, index + 2);
      if (this.#left.has(name)) throw at(line, `${name} ${value}`, `${name} is given twice`);
      this.#left.set(name, value);
    }
  }

  text(name: string, otherwise: string): string {
    const found = this.#left.get(name);
    this.#left.delete(name);
    return found ?? otherwise;
  }

  number(name: string, otherwise: number, max: number): number {
    const found = this.text(name, String(otherwise));
    if (!/^(?:\d+|0x[\da-f]+)$/i.test(found) || Number(found) > max)
      throw at(this.#line, name, `${name} is a number from 0 to ${max}, not ${found}`);
    return Number(found);
  }

  /** A field that is left out where the word is. */
  optional<Field extends string>(name: string, field: Field, max: number): Partial<Record<Field, number>> {
    if (!this.#left.has(name)) return {};
    return { [field]: this.number(name, 0, max) } as Partial<Record<Field, number>>;
  }

  oneOf<Name extends string, Value extends string>(name: Name, values: readonly Value[]): Partial<Record<Name, Value>> {
    if (!this.#left.has(name)) return {};
    const found = this.text(name, '');
    const value = values.find((one) => one === found);
    if (value === undefined) throw at(this.#line, name, `${name} is one of ${values.join(', ')}, not ${found}`);
    return { [name]: value } as Partial<Record<Name, Value>>;
  }

  refuseRest(): void {
    const [unknown] = this.#left.keys();
    if (unknown === undefined) return;
    const ofSocket = unknown === 'mark' || unknown === 'uid' || unknown === 'gid';
    throw at(this.#line, unknown, ofSocket ? `a packet that arrives has no ${unknown}: it belongs to a socket of this host` : `a packet has no ${unknown}`);
  }
}
