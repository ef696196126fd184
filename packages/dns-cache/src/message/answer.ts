import type { Question } from './check.ts';
import type { ExtendedError } from './extended-error.ts';
import { encodeExtendedError } from './extended-error.ts';
import type { Flags } from './header.ts';
import { encodeFlags, HEADER_OCTETS, isTruncated, writeHeader } from './header.ts';
import type { KeptMessage } from './kept.ts';
import { MESSAGE_OCTETS_MAX, UDP_PAYLOAD_OURS } from './limits.ts';
import type { Link } from './link.ts';
import { keepaliveOptions, OPTION_HEAD_OCTETS, paddingOptions } from './link.ts';
import { RCODE } from './numbers.ts';
import { concatenate, copyOctets, fromU16, setU16, setU32, u16, u32 } from './octets.ts';
import type { Edns, EdnsOption } from './opt.ts';
import { encodeOpt, OPT_OCTETS, UDP_PAYLOAD_MIN, UDP_PAYLOAD_WITHOUT_EDNS } from './opt.ts';
import type { Asked, Query } from './query.ts';
import { fitInto } from './truncate.ts';

/** Which TTLs a client is told: each record's own minus an age, or one for all. */
export type ToldTtl =
  | { readonly kind: 'minus'; readonly seconds: number }
  | { readonly kind: 'all'; readonly seconds: number };

/** The flags of a reply that are not the query's. */
export interface ReplyFlags {
  readonly authoritative: boolean;
  /** Told only to a client that set AD or DO (RFC 6840 §5.7). */
  readonly authenticated: boolean;
  readonly recursionAvailable: boolean;
  /** The query's, unless a plugin says otherwise. */
  readonly recursionDesired?: boolean;
}

/** A response on its way to a client, before it is fitted to what that client asked with. */
export interface Reply {
  readonly message: KeptMessage;
  readonly ttl: ToldTtl;
  readonly flags: ReplyFlags;
  /** Told to clients with EDNS, as far as there is room. */
  readonly extendedErrors: readonly ExtendedError[];
  /** Further EDNS options, for a client with EDNS. */
  readonly options: readonly EdnsOption[];
  /** No more octets than these over UDP to a client with EDNS, where a plugin says less than the client. */
  readonly udpPayloadMax?: number;
}

export const UNCHANGED_TTL: ToldTtl = { kind: 'minus', seconds: 0 };

/** How many octets the client takes over this link. */
const answerLimit = (edns: Edns | undefined, link: Link, most = UDP_PAYLOAD_OURS): number => {
  if (link.kind !== 'udp') return MESSAGE_OCTETS_MAX;
  if (edns === undefined) return UDP_PAYLOAD_WITHOUT_EDNS;
  return Math.min(Math.max(edns.udpPayloadSize, UDP_PAYLOAD_MIN), UDP_PAYLOAD_OURS, most);
};

/** As many of the options as fit into `room`, in their order: a reason must not truncate the answer (CVE-2024-1931). */
const fitOptions = (options: readonly EdnsOption[], room: number): readonly EdnsOption[] => {
  let left = room;
  return options.filter(({ data }) => {
    const octets = OPTION_HEAD_OCTETS + data.length;
    if (octets > left) return false;
    left -= octets;
    return true;
  });
};

const optionsOctets = (options: readonly EdnsOption[]): number =>
  options.reduce((octets, { data }) => octets + OPTION_HEAD_OCTETS + data.length, 0);

/** What else the OPT record of an answer depends on. */
interface OptAround {
  readonly edns: Edns;
  readonly rcode: number;
  readonly link: Link;
  /** How many octets the answer may have. */
  readonly limit: number;
}

/** The answer with OPT at its end; of the options those that there is room for. */
const withOpt = (body: Uint8Array, wanted: readonly EdnsOption[], { edns, rcode, link, limit }: OptAround): Uint8Array => {
  const bare = body.length + OPT_OCTETS;
  const fitting = fitOptions([...keepaliveOptions(edns, link), ...wanted], limit - bare);
  const options = [...fitting, ...paddingOptions(edns, link, bare + optionsOctets(fitting), limit)];
  const { dnssecOk } = edns;
  return concatenate([
    body,
    encodeOpt({ udpPayloadSize: UDP_PAYLOAD_OURS, dnssecOk, extendedRcode: rcode >>> 4, options }),
  ]);
};

/** The client can only be told a response code above 15 in OPT; its lower bits alone would mean something else. */
const rcodeFor = (edns: Edns | undefined, rcode: number): number =>
  rcode > 15 && edns === undefined ? RCODE.SERVFAIL : rcode;

/** RFC 6840 §5.7: a client that set neither AD nor DO does not understand AD. */
const understandsAuthenticated = ({ header, edns }: Query): boolean => header.authenticated || edns?.dnssecOk === true;

export const replyFlags = (reply: Reply, query: Query): Flags => ({
  response: true,
  opcode: 0,
  authoritative: reply.flags.authoritative,
  truncated: isTruncated(reply.message.bytes),
  recursionDesired: reply.flags.recursionDesired ?? query.header.recursionDesired,
  recursionAvailable: reply.flags.recursionAvailable,
  reserved: false,
  authenticated: reply.flags.authenticated && understandsAuthenticated(query),
  checkingDisabled: query.header.checkingDisabled,
  rcode: rcodeFor(query.edns, reply.message.rcode) & 15,
});

/** What a record's TTL reads on its way out. */
export const toldSeconds = (ttl: ToldTtl, seconds: number): number =>
  ttl.kind === 'all' ? ttl.seconds : Math.max(0, seconds - ttl.seconds);

/**
 * The reply as this client must get it: its ID, its spelling of the question, its flags, TTLs as it is to be told them,
 * OPT if it sent one, and no more octets than it takes; records that do not fit are left out with TC set.
 */
export const writeReply = (reply: Reply, query: Query, link: Link): Uint8Array => {
  const { message, ttl, udpPayloadMax } = reply;
  const limit = answerLimit(query.edns, link, udpPayloadMax);
  const room = limit - (query.edns === undefined ? 0 : OPT_OCTETS);
  const patched = copyOctets(message.bytes);
  // The upstream's question equals ours but for case, so that it has the same length, and pointers to it hold.
  patched.set(query.question.name, HEADER_OCTETS);
  for (const at of message.ttlOffsets) setU32(patched, at, toldSeconds(ttl, u32(patched, at)));
  const fitted = fitInto(patched, room);
  const flags = replyFlags(reply, query);
  setU16(fitted.bytes, 0, query.header.id);
  setU16(fitted.bytes, 2, encodeFlags({ ...flags, truncated: flags.truncated || fitted.truncated }));
  if (query.edns === undefined) return fitted.bytes;
  setU16(fitted.bytes, 10, u16(fitted.bytes, 10) + 1);
  const wanted = [...reply.options, ...reply.extendedErrors.map(encodeExtendedError)];
  return withOpt(fitted.bytes, wanted, { edns: query.edns, rcode: message.rcode, link, limit });
};

const questionOctets = (question: Question): Uint8Array =>
  concatenate([question.name, fromU16(question.type, question.class)]);

/** A reply without records that says only a response code, and to clients with EDNS the reason. */
export const writeError = (
  asked: Asked,
  rcode: number,
  link: Link,
  extendedErrors: readonly ExtendedError[] = [],
): Uint8Array => {
  const { edns } = asked;
  const header = new Uint8Array(HEADER_OCTETS);
  const flags = {
    response: true,
    opcode: asked.header.opcode,
    recursionDesired: asked.header.recursionDesired,
    checkingDisabled: asked.header.checkingDisabled,
    rcode: rcodeFor(edns, rcode) & 15,
  };
  const counts = { question: asked.question === undefined ? 0 : 1, answer: 0, authority: 0 };
  writeHeader(header, asked.header.id, flags, { ...counts, additional: edns === undefined ? 0 : 1 });
  const body = concatenate([header, ...(asked.question === undefined ? [] : [questionOctets(asked.question)])]);
  if (edns === undefined) return body;
  return withOpt(body, extendedErrors.map(encodeExtendedError), { edns, rcode, link, limit: answerLimit(edns, link) });
};
