import { buildMessage } from '../../src/message/build.ts';
import { HEADER_OCTETS } from '../../src/message/header.ts';
import { readNameText } from '../../src/message/name.ts';
import { classNumber, typeNumber } from '../../src/message/numbers.ts';
import { concatenate, fromHex, setU16 } from '../../src/message/octets.ts';
import type { AskedQuery } from './conversation.ts';

const OPCODES: Readonly<Record<string, number>> = { QUERY: 0, IQUERY: 1, STATUS: 2, NOTIFY: 4, UPDATE: 5 };
const ID = 4660;

const hex = (text: string): Uint8Array => {
  const octets = fromHex(text);
  if (octets === undefined) throw new RangeError(`not hex: ${text}`);
  return octets;
};

const numberOf = (read: (name: string) => number | undefined, text: string): number => {
  const number = read(text);
  if (number === undefined) throw new RangeError(`no such word: ${text}`);
  return number;
};

/** The octets of what a client asks, as the recorder writes them. */
export const queryOctets = (asked: AskedQuery): Uint8Array => {
  if (asked.raw !== undefined) return hex(asked.raw);
  const { name = '', type = 'A', class: klass = 'IN', id = ID, opcode = 'QUERY', questions = 1, edns } = asked;
  const wire = readNameText(name);
  if (wire === undefined) throw new RangeError(`no name: ${name}`);
  const message = buildMessage({
    id,
    flags: {
      opcode: OPCODES[opcode] ?? 0,
      recursionDesired: asked.rd ?? true,
      checkingDisabled: asked.cd ?? false,
      authenticated: asked.ad ?? false,
      authoritative: asked.aa ?? false,
      truncated: asked.tc ?? false,
      recursionAvailable: asked.ra ?? false,
    },
    question: { name: wire, type: numberOf(typeNumber, type), class: numberOf(classNumber, klass) },
    records: [],
    ...(edns !== undefined && {
      edns: {
        udpPayloadSize: edns.size ?? 1232,
        dnssecOk: edns.do ?? false,
        options: (edns.options ?? []).map((option) => ({ code: Number(option.split(':')[0]), data: hex(option.split(':')[1] ?? '') })),
      },
    }),
  });
  const versioned = edns?.version === undefined ? message : withVersion(message, edns.version);
  return questions === 1 ? versioned : withQuestions(versioned, questions, wire.length + 4);
};

/** Of OPT, which stands last: name, type and class have five octets, then come the extended RCODE and the version. */
const withVersion = (message: Uint8Array, version: number): Uint8Array => {
  const at = message.length - optLength(message) + 6;
  return Uint8Array.from(message, (octet, place) => (place === at ? version : octet));
};

/** OPT is the only record behind the question. */
const optLength = (message: Uint8Array): number => {
  let at = HEADER_OCTETS;
  while ((message[at] ?? 0) !== 0) at += (message[at] ?? 0) + 1;
  return message.length - (at + 5);
};

/** The same question several times, each written out. */
const withQuestions = (message: Uint8Array, count: number, octets: number): Uint8Array => {
  const header = message.slice(0, HEADER_OCTETS);
  setU16(header, 4, count);
  const question = message.subarray(HEADER_OCTETS, HEADER_OCTETS + octets);
  return concatenate([header, ...Array.from({ length: count }, () => question), message.subarray(HEADER_OCTETS + octets)]);
};
