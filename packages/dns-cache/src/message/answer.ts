import type { CheckedMessage, Question, RecordSpan } from './check.ts';
import type { Flags } from './header.ts';
import { encodeFlags, HEADER_OCTETS, writeHeader } from './header.ts';
import type { KeptMessage } from './kept.ts';
import { recheck } from './kept.ts';
import { MESSAGE_OCTETS_MAX, UDP_PAYLOAD_OURS } from './limits.ts';
import { expandName, foldName } from './name.ts';
import { RCODE } from './numbers.ts';
import { concatenate, copyOctets, fromU16, setU16, setU32, u16 } from './octets.ts';
import type { Edns } from './opt.ts';
import { encodeOpt, OPT_OCTETS, UDP_PAYLOAD_MIN, UDP_PAYLOAD_WITHOUT_EDNS } from './opt.ts';
import type { Asked, Query } from './query.ts';

export type Transport = 'udp' | 'tcp';

/** A response on its way to a client, before it is fitted to what that client asked with. */
export interface Reply {
  readonly message: KeptMessage;
  /** How long the message has been kept; every TTL goes down by it. */
  readonly ageSeconds: number;
  readonly authoritative: boolean;
  readonly authenticated: boolean;
}

/** How many octets the client takes over this transport. */
const answerLimit = (edns: Edns | undefined, transport: Transport): number => {
  if (transport === 'tcp') return MESSAGE_OCTETS_MAX;
  if (edns === undefined) return UDP_PAYLOAD_WITHOUT_EDNS;
  return Math.min(Math.max(edns.udpPayloadSize, UDP_PAYLOAD_MIN), UDP_PAYLOAD_OURS);
};

const optFor = (edns: Edns, rcode: number): Uint8Array =>
  encodeOpt({ udpPayloadSize: UDP_PAYLOAD_OURS, dnssecOk: edns.dnssecOk, extendedRcode: rcode >>> 4 });

/** The client can only be told a response code above 15 in OPT; its lower bits alone would mean something else. */
const rcodeFor = (edns: Edns | undefined, rcode: number): number =>
  rcode > 15 && edns === undefined ? RCODE.SERVFAIL : rcode;

export const replyFlags = (reply: Reply, query: Query): Flags => ({
  response: true,
  opcode: 0,
  authoritative: reply.authoritative,
  truncated: reply.message.header.truncated,
  recursionDesired: query.header.recursionDesired,
  recursionAvailable: reply.message.header.recursionAvailable,
  reserved: false,
  authenticated: reply.authenticated,
  checkingDisabled: query.header.checkingDisabled,
  rcode: rcodeFor(query.edns, reply.message.rcode) & 15,
});

const ownerOf = (message: CheckedMessage, record: RecordSpan): string =>
  foldName(expandName(message.bytes, record.start));

const sameRrset = (message: CheckedMessage, a: RecordSpan, b: RecordSpan): boolean =>
  a.section === b.section && a.type === b.type && a.class === b.class && ownerOf(message, a) === ownerOf(message, b);

/** The records that fit into `room` octets without cutting through an RRset (RFC 2181 §9), as a count and an end. */
const fit = (message: CheckedMessage, room: number): { readonly count: number; readonly end: number } => {
  const { records } = message;
  let best = { count: 0, end: message.questionEnd };
  for (const [index, record] of records.entries()) {
    if (record.end > room) break;
    const next = records[index + 1];
    if (next === undefined || !sameRrset(message, record, next)) best = { count: index + 1, end: record.end };
  }
  return best;
};

interface Fitted {
  readonly bytes: Uint8Array;
  readonly truncated: boolean;
}

const truncate = (bytes: Uint8Array, room: number): Fitted => {
  const message = recheck({ bytes });
  const { count, end } = fit(message, room);
  const cut = copyOctets(bytes, 0, end);
  const kept = message.records.slice(0, count);
  for (const [index, section] of (['answer', 'authority', 'additional'] as const).entries()) {
    setU16(cut, 6 + index * 2, kept.filter((record) => record.section === section).length);
  }
  return { bytes: cut, truncated: true };
};

/**
 * The reply as this client must get it: its ID, its spelling of the question, its flags, TTLs gone down by the age,
 * OPT if it sent one, and no more octets than it takes; what does not fit is dropped by whole RRsets with TC set.
 */
export const writeReply = (reply: Reply, query: Query, transport: Transport): Uint8Array => {
  const { message } = reply;
  const room = answerLimit(query.edns, transport) - (query.edns === undefined ? 0 : OPT_OCTETS);
  const patched = copyOctets(message.bytes);
  // The upstream's question equals ours but for case, so that it has the same length, and pointers to it hold.
  patched.set(query.question.name, HEADER_OCTETS);
  for (const { at, seconds } of message.ttls) setU32(patched, at, Math.max(0, seconds - reply.ageSeconds));
  const fitted = patched.length <= room ? { bytes: patched, truncated: false } : truncate(patched, room);
  const flags = replyFlags(reply, query);
  setU16(fitted.bytes, 0, query.header.id);
  setU16(fitted.bytes, 2, encodeFlags({ ...flags, truncated: flags.truncated || fitted.truncated }));
  if (query.edns === undefined) return fitted.bytes;
  setU16(fitted.bytes, 10, u16(fitted.bytes, 10) + 1);
  return concatenate([fitted.bytes, optFor(query.edns, message.rcode)]);
};

const questionOctets = (question: Question): Uint8Array =>
  concatenate([question.name, fromU16(question.type, question.class)]);

/** A reply without records that says only a response code. */
export const writeError = (asked: Asked, rcode: number): Uint8Array => {
  const header = new Uint8Array(HEADER_OCTETS);
  const flags = {
    response: true,
    opcode: asked.header.opcode,
    recursionDesired: asked.header.recursionDesired,
    checkingDisabled: asked.header.checkingDisabled,
    rcode: rcodeFor(asked.edns, rcode) & 15,
  };
  const counts = { question: asked.question === undefined ? 0 : 1, answer: 0, authority: 0 };
  writeHeader(header, asked.header.id, flags, { ...counts, additional: asked.edns === undefined ? 0 : 1 });
  return concatenate([
    header,
    ...(asked.question === undefined ? [] : [questionOctets(asked.question)]),
    ...(asked.edns === undefined ? [] : [optFor(asked.edns, rcode)]),
  ]);
};
