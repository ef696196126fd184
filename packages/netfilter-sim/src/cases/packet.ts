import { InputError } from '../error.ts';
import { familyOf, readAddress } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';
import { FLAG_LETTERS } from '../packet/notation-words.ts';
import { packetBytes } from '../packet/packet.ts';
import type { Packet } from '../packet/packet.ts';
import { port } from '../packet/port.ts';
import type { CaseHeaders } from './case.ts';

/** Octets of data where the case names none. */
const PAYLOAD_BYTES = 4;
/** What the recorder's segments carry: they belong to no real connection. */
export const SEGMENT = { seq: 1000, ack: 0, window: 8192 } as const;

/** @throws InputError for a packet that says something unknown. */
export const toPacket = (of: CaseHeaders, where: string): Packet => {
  const refuse = (reason: string): never => {
    throw new InputError({ file: where, line: 1, column: 1 }, reason);
  };
  const readEnd = (text: string): Address => readAddress(text) ?? refuse(`not an IP address: ${text}`);
  const src = readEnd(of.src);
  const base = {
    family: familyOf(src),
    src,
    dst: readEnd(of.dst),
    ttl: of.ttl ?? 64,
    tos: of.tos ?? 0,
    payloadBytes: of.payload ?? PAYLOAD_BYTES,
    ...(of.fragment === undefined ? {} : { fragment: of.fragment }),
  };
  const ends = () => ({ sport: port(of.sport ?? refuse('no sport')), dport: port(of.dport ?? refuse('no dport')) });
  switch (of.proto) {
    case 'udp':
      return { kind: 'udp', ...base, ...ends() };
    case 'tcp': {
      const letters = (of.flags ?? '').split('');
      const flags = letters.map((letter) => FLAG_LETTERS[letter] ?? refuse(`no TCP flag: ${letter}`));
      const bits = flags.reduce((sum, flag) => sum | flag, 0);
      const { seq, ack, window } = { ...SEGMENT, ...of };
      const options = of.mss === undefined ? {} : { maximumSegmentSize: of.mss };
      return {
        kind: 'tcp',
        ...base,
        payloadBytes: of.payload ?? 0,
        ...ends(),
        flags: bits,
        sequence: seq,
        acknowledgement: ack,
        window,
        options,
      };
    }
    case 'icmp':
    case 'icmpv6': {
      const inner = of.inner === undefined ? undefined : toPacket(of.inner, where);
      return {
        kind: of.proto,
        ...base,
        payloadBytes: inner === undefined ? base.payloadBytes : packetBytes(inner),
        icmpType: of.icmpType ?? refuse('no icmpType'),
        icmpCode: of.icmpCode ?? 0,
        icmpId: of.icmpId ?? 0,
        ...(inner === undefined ? {} : { inner }),
      };
    }
    default:
      return /^\d+$/.test(of.proto) ? { kind: 'other', ...base, protocol: Number(of.proto) } : refuse(`no protocol of the cases: ${of.proto}`);
  }
};
