import { InputError } from '../error.ts';
import { familyOf, readAddress } from './address.ts';
import type { Address } from './address.ts';
import { TCP_FLAG } from './packet.ts';
import type { Packet } from './packet.ts';
import { port } from './port.ts';
import type { Port } from './port.ts';

/**
 * One line for one packet:
 *
 *   vpod1: udp 10.244.1.5:40000 > 10.96.0.10:53
 *   local: tcp [fd00::1]:40000 > [fd00::a]:53 flags S ttl 64
 *   eth0: icmp 10.0.0.1 > 10.0.0.2 type 8 id 7
 *
 * In front the device that it comes in by, or `local` for one that the host sends; behind, pairs of a
 * name and a value.
 */
export interface WrittenPacket {
  readonly from: 'local' | { readonly device: string };
  readonly packet: Packet;
}

const SHAPE = /^\s*([^\s:]+):\s+(udp|tcp|icmp|icmpv6|\d{1,3})\s+(\S+)\s+>\s+(\S+)((?:\s+[a-z]+\s+\S+)*)\s*$/;
const EXAMPLE = 'write it like "vpod1: udp 10.244.1.5:40000 > 10.96.0.10:53"';

/** @throws InputError that names the part that is wrong. */
export const parsePacket = (text: string): WrittenPacket => {
  const found = SHAPE.exec(text);
  if (found === null) throw new InputError({ file: text, line: 1, column: 1 }, 'this is no packet', EXAMPLE);
  const [, from = '', protocol = '', source = '', destination = '', rest = ''] = found;
  const words = new Words(text, rest);
  const ported = protocol === 'udp' || protocol === 'tcp';
  const src = readEnd(text, source, ported);
  const dst = readEnd(text, destination, ported);
  const family = familyOf(src.address);
  if (family !== familyOf(dst.address)) throw at(text, destination, 'both addresses must be of one family');
  const header = {
    family,
    src: src.address,
    dst: dst.address,
    ttl: words.number('ttl', 64, 255),
    tos: words.number('tos', 0, 255),
    payloadBytes: words.number('payload', ported ? 0 : 4, 65_000),
  };
  const packet = ((): Packet => {
    switch (protocol) {
      case 'udp':
        return { kind: 'udp', ...header, sport: src.port, dport: dst.port };
      case 'tcp':
        return {
          kind: 'tcp',
          ...header,
          sport: src.port,
          dport: dst.port,
          flags: readFlags(words.text('flags', 'S'), text),
          sequence: words.number('seq', 0, 0xffff_ffff),
          acknowledgement: words.number('ack', 0, 0xffff_ffff),
          window: words.number('window', 64_240, 65_535),
          options: {},
        };
      case 'icmp':
      case 'icmpv6':
        return {
          kind: protocol,
          ...header,
          icmpType: words.number('type', protocol === 'icmp' ? 8 : 128, 255),
          icmpCode: words.number('code', 0, 255),
          icmpId: words.number('id', 1, 65_535),
        };
      default:
        return { kind: 'other', ...header, protocol: Number(protocol) };
    }
  })();
  words.refuseRest();
  return { from: from === 'local' ? 'local' : { device: from }, packet };
};

const at = (text: string, part: string, reason: string): InputError =>
  new InputError({ file: text, line: 1, column: Math.max(text.indexOf(part), 0) + 1 }, reason, EXAMPLE);

const NO_PORT = port(0);

const readEnd = (text: string, end: string, ported: boolean): { readonly address: Address; readonly port: Port } => {
  const found = ported ? (/^\[(.+)\]:(\d{1,5})$/.exec(end) ?? /^([^:]+):(\d{1,5})$/.exec(end)) : [end, end];
  const address = readAddress(found?.[1] ?? '');
  const number = Number(found?.[2] ?? 0);
  if (address === undefined || number > 65_535) {
    throw at(text, end, ported ? `expected ADDRESS:PORT, not ${end}` : `not an IP address: ${end}`);
  }
  return { address, port: ported ? port(number) : NO_PORT };
};

const FLAG_LETTERS: Readonly<Record<string, number>> = {
  F: TCP_FLAG.FIN,
  S: TCP_FLAG.SYN,
  R: TCP_FLAG.RST,
  P: TCP_FLAG.PSH,
  A: TCP_FLAG.ACK,
  U: TCP_FLAG.URG,
};

const readFlags = (letters: string, text: string): number => {
  let flags = 0;
  for (const letter of letters) {
    const flag = FLAG_LETTERS[letter];
    if (flag === undefined) throw at(text, letters, `TCP flags are letters of FSRPAU, not ${letter}`);
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
    for (let index = 0; index < words.length; index += 2) this.#left.set(words[index] ?? '', words[index + 1] ?? '');
  }

  text(name: string, otherwise: string): string {
    const found = this.#left.get(name);
    this.#left.delete(name);
    return found ?? otherwise;
  }

  number(name: string, otherwise: number, max: number): number {
    const found = this.text(name, String(otherwise));
    if (!/^\d+$/.test(found) || Number(found) > max) throw at(this.#line, name, `${name} is a number from 0 to ${max}, not ${found}`);
    return Number(found);
  }

  refuseRest(): void {
    const [unknown] = this.#left.keys();
    if (unknown !== undefined) throw at(this.#line, unknown, `a packet has no ${unknown}`);
  }
}

const writeEnd = (address: Address, number: Port): string =>
  familyOf(address) === 'ipv6' ? `[${address}]:${number}` : `${address}:${number}`;

/** The packet as `parsePacket` reads it, without what is as usual. */
export const printPacket = (packet: Packet): string => {
  switch (packet.kind) {
    case 'udp':
    case 'tcp': {
      const ends = `${writeEnd(packet.src, packet.sport)} > ${writeEnd(packet.dst, packet.dport)}`;
      return packet.kind === 'udp' ? `udp ${ends}` : `tcp ${ends} flags ${printFlags(packet.flags)}`;
    }
    case 'ported':
      return `${packet.protocol} ${writeEnd(packet.src, packet.sport)} > ${writeEnd(packet.dst, packet.dport)}`;
    case 'icmp':
    case 'icmpv6':
      return `${packet.kind} ${packet.src} > ${packet.dst} type ${packet.icmpType} code ${packet.icmpCode}`;
    case 'other':
      return `${packet.protocol} ${packet.src} > ${packet.dst}`;
  }
};

const printFlags = (flags: number): string =>
  Object.entries(FLAG_LETTERS)
    .filter(([, bit]) => (flags & bit) !== 0)
    .map(([letter]) => letter)
    .join('') || '-';
