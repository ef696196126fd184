import type { ExtendedError } from './extended-error.ts';
import { encodeExtendedError } from './extended-error.ts';
import type { Flags } from './header.ts';
import { encodeFlags, HEADER_OCTETS, isTruncated, writeHeader } from './header.ts';
import type { KeptMessage } from './kept.ts';
import { MESSAGE_OCTETS_MAX, UDP_PAYLOAD_OURS } from './limits.ts';
import type { Link, Transport } from './link.ts';
import { keepaliveOptions, paddingOptions, UDP_LINK } from './link.ts';
import { RCODE } from './numbers.ts';
import { copyOctets, newOctets, putOctets, setU16, setU32, u16, u32 } from './octets.ts';
import type { Edns, EdnsOption, OptFields } from './opt.ts';
import { OPT_OCTETS, OPTION_HEAD_OCTETS, optOctets, UDP_PAYLOAD_MIN, UDP_PAYLOAD_WITHOUT_EDNS, writeOpt } from './opt.ts';
import type { Asked, Query } from './query.ts';
import { questionOctets, writeQuestion } from './question.ts';
import { fitInto } from './truncate.ts';

/** Which TTLs a client is told: each record's own minus an age, or one for all. */
export type ToldTtl =
  | { readonly kind: 'minus'; readonly seconds: number }
  | { readonly kind: 'all'; readonly seconds: number };

/** The flags of a reply that are not the query's. */
export interface ReplyFlags {
  /** AA. */
  readonly authoritative: boolean;
  /** Told only to a client that set AD or DO (RFC 6840 §5.7). */
  readonly authenticated: boolean;
  /** RA. */
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
  /**
   * How long the OPT is that the upstream, or a plugin of ours, gave it for a client that sent one; what logs count. Absent: there
   * was none.
   */
  readonly optOctets?: number;
  /** No more octets than these over UDP to a client with EDNS, where a plugin says less than the client; absent: no plugin does. */
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

/** What else the OPT record of an answer depends on. */
interface OptAround {
  readonly edns: Edns;
  readonly rcode: number;
  readonly link: Link;
  /** How many octets the answer may have. */
  readonly limit: number;
}

/** The OPT of an answer that has so many octets without it; of the options those that there is room for. */
const optFor = (octets: number, wanted: readonly EdnsOption[], { edns, rcode, link, limit }: OptAround): OptFields => {
  const fitting = fitOptions([...keepaliveOptions(edns, link), ...wanted], limit - octets - OPT_OCTETS);
  const options = [...fitting, ...paddingOptions(edns, link, octets + optOctets({ options: fitting }), limit)];
  return { udpPayloadSize: UDP_PAYLOAD_OURS, dnssecOk: edns.dnssecOk, extendedRcode: rcode >>> 4, options };
};

/** The client can only be told a response code above 15 in OPT; its lower bits alone would mean something else. */
const rcodeFor = (edns: Edns | undefined, rcode: number): number =>
  rcode > 15 && edns === undefined ? RCODE.SERVFAIL : rcode;

/** RFC 6840 §5.7: a client that set neither AD nor DO does not understand AD. */
const understandsAuthenticated = ({ header, edns }: Query): boolean => header.authenticated || edns?.dnssecOk === true;

export const replyFlags = (reply: Reply, query: Query, truncated = isTruncated(reply.message.bytes)): Flags => ({
  response: true,
  opcode: 0,
  authoritative: reply.flags.authoritative,
  truncated,
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

/** How many octets there are for the message without its OPT. */
const roomFor = ({ udpPayloadMax }: Reply, edns: Edns | undefined, link: Link): number =>
  answerLimit(edns, link, udpPayloadMax) - (edns === undefined ? 0 : OPT_OCTETS);

/** Whether a client that asked so will be told TC. */
export const isToBeCut = (reply: Reply, { edns }: Query, transport: Transport): boolean => {
  const { bytes } = reply.message;
  if (transport !== 'udp' || isTruncated(bytes)) return isTruncated(bytes);
  return fitInto(bytes, roomFor(reply, edns, UDP_LINK)).truncated;
};

/**
 * The reply as this client must get it: its ID, its spelling of the question, its flags, TTLs as it is to be told them,
 * OPT if it sent one, and no more octets than it takes; records that do not fit are left out with TC set.
 */
export const writeReply = (reply: Reply, query: Query, link: Link): Uint8Array => {
  const { message, ttl, udpPayloadMax } = reply;
  const limit = answerLimit(query.edns, link, udpPayloadMax);
  const room = roomFor(reply, query.edns, link);
  const patch = (octets: Uint8Array): Uint8Array => {
    // The upstream's question equals ours but for case, so that it has the same length, and pointers to it hold.
    putOctets(octets, HEADER_OCTETS, query.question.name);
    for (const at of message.ttlOffsets) setU32(octets, at, toldSeconds(ttl, u32(octets, at)));
    return octets;
  };
  const isWhole = message.bytes.length <= room;
  const fitted = isWhole ? { bytes: message.bytes, truncated: false } : fitInto(patch(copyOctets(message.bytes)), room);
  const { length } = fitted.bytes;
  const opt = query.edns && optFor(length, [...reply.options, ...reply.extendedErrors.map(encodeExtendedError)], { edns: query.edns, rcode: message.rcode, link, limit });
  const answer = newOctets(length + optOctets(opt));
  putOctets(answer, 0, fitted.bytes);
  if (isWhole) patch(answer);
  setU16(answer, 0, query.header.id);
  setU16(answer, 2, encodeFlags(replyFlags(reply, query, isTruncated(message.bytes) || fitted.truncated)));
  if (opt === undefined) return answer;
  setU16(answer, 10, u16(answer, 10) + 1);
  writeOpt(answer, length, opt);
  return answer;
};

/** The flags of an answer that says only a response code. */
export const errorFlags = ({ header, edns }: Asked, rcode: number): Flags => ({
  response: true,
  opcode: header.opcode,
  authoritative: false,
  truncated: false,
  recursionDesired: header.recursionDesired,
  recursionAvailable: false,
  reserved: false,
  authenticated: false,
  checkingDisabled: header.checkingDisabled,
  rcode: rcodeFor(edns, rcode) & 15,
});

/** A reply without records that says only a response code, and to clients with EDNS the reason. */
export const writeError = (
  asked: Asked,
  rcode: number,
  link: Link,
  extendedErrors: readonly ExtendedError[] = [],
): Uint8Array => {
  const { edns, question } = asked;
  const flags = errorFlags(asked, rcode);
  const length = HEADER_OCTETS + (question === undefined ? 0 : questionOctets(question));
  const wanted = extendedErrors.map(encodeExtendedError);
  const opt = edns && optFor(length, wanted, { edns, rcode, link, limit: answerLimit(edns, link) });
  const answer = newOctets(length + optOctets(opt));
  const counts = { question: question === undefined ? 0 : 1, answer: 0, authority: 0, additional: opt === undefined ? 0 : 1 };
  writeHeader(answer, asked.header.id, flags, counts);
  if (question !== undefined) writeQuestion(answer, question);
  if (opt !== undefined) writeOpt(answer, length, opt);
  return answer;
};
