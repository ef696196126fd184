import type { WireRecord } from './build.ts';
import { buildMessage } from './build.ts';
import type { CheckedMessage, RecordSpan } from './check.ts';
import { checkMessage } from './check.ts';
import type { AnswerFlags } from './header.ts';
import { readAnswerFlags, setAnswerFlags } from './header.ts';
import { MESSAGE_OCTETS_MAX } from './limits.ts';
import type { Malformed } from './malformed.ts';
import { malformed } from './malformed.ts';
import { expandName } from './name.ts';
import { TYPE } from './numbers.ts';
import { copyOctets, setU16, setU32, u32 } from './octets.ts';
import { expandPieces, splitRdata } from './rdata-layout.ts';

/**
 * A response as it is kept: the upstream's own octets with their compression, in a copy of its own, without what
 * belongs to one hop: OPT (RFC 6891 §6.2.6) and TSIG (RFC 8945 §5.2). Serving it is copying and patching; nothing is decoded or encoded again.
 */
export interface KeptMessage {
  readonly kind: 'kept';
  readonly bytes: Uint8Array;
  /** Twelve bits, the upper eight from OPT. */
  readonly rcode: number;
  /** Where the TTLs of the records stand, in their order; none has its top bit set. */
  readonly ttlOffsets: readonly number[];
}

/** What was found in the octets goes along as far as a cache, where it would take more room than they do. */
interface Found {
  readonly checked?: CheckedMessage;
}

/** A kept message in memory that others share, and behind it where its TTLs stand, two octets each. */
export interface StoredMessage {
  readonly octets: Uint8Array;
  /** The offset of the message's first octet. */
  readonly start: number;
  /** In octets; the offsets of TTLs come right behind. */
  readonly length: number;
  /** How many there are. */
  readonly ttlCount: number;
  /** Twelve bits, the upper eight from OPT. */
  readonly rcode: number;
  /** Its length without name compression. */
  readonly uncompressedOctets: number;
}

/** RFC 2181 §8: a TTL with its top bit set counts as zero. */
const TTL_MAX = 0x7fffffff;

export const ttlSeconds = (record: RecordSpan): number => (record.ttl > TTL_MAX ? 0 : record.ttl);

export const toWireRecord = (bytes: Uint8Array, record: RecordSpan): WireRecord => {
  const pieces = splitRdata(bytes, record.type, record.rdataStart, record.end, { left: Number.POSITIVE_INFINITY });
  if ('kind' in pieces) throw new RangeError(`unchecked record: ${pieces.reason}`);
  return {
    section: record.section,
    name: expandName(bytes, record.start),
    type: record.type,
    class: record.class,
    ttl: record.ttl,
    rdata: expandPieces(bytes, pieces),
  };
};

const isOfOneHop = ({ type }: RecordSpan): boolean => type === TYPE.OPT || type === TYPE.TSIG;

const rebuildForNextHop = (message: CheckedMessage): Uint8Array =>
  buildMessage({
    id: message.header.id,
    flags: message.header,
    question: message.question,
    records: message.records
      .filter((record) => !isOfOneHop(record))
      .map((record) => toWireRecord(message.bytes, record)),
  });

const expandedOctets = ({ questionEnd, records }: CheckedMessage): number =>
  records.reduce((octets, { nameOctets, rdataOctets }) => octets + nameOctets + 10 + rdataOctets, questionEnd);

/** Its records up to one of them, in octets of their own; the others are additional ones. */
const cutOff = ({ bytes, header, question, questionEnd, records }: CheckedMessage, count: number, end: number): CheckedMessage => {
  const own = copyOctets(bytes, 0, end);
  const additionalCount = header.additionalCount - (records.length - count);
  setU16(own, 10, additionalCount);
  return { kind: 'message', bytes: own, header: { ...header, additionalCount }, question, questionEnd, records: records.slice(0, count), edns: undefined, end };
};

const withoutOneHop = (message: CheckedMessage): CheckedMessage | Malformed => {
  const { bytes, header, question, questionEnd, records, edns, end } = message;
  const at = records.findIndex(isOfOneHop);
  const first = records[at];
  if (first === undefined) return { kind: 'message', bytes: copyOctets(bytes, 0, end), header, question, questionEnd, records, edns, end };
  if (records.every((record, index) => index < at || isOfOneHop(record))) return cutOff(message, at, first.start);
  // Later records may hold pointers past what is cut out, which would be bent.
  return expandedOctets(message) > MESSAGE_OCTETS_MAX ? malformed('opt-misplaced') : recheck({ bytes: rebuildForNextHop(message) });
};

/** The records of a kept message, found again where they are not at hand. */
export const recheck = ({ bytes, checked }: Pick<KeptMessage, 'bytes'> & Found): CheckedMessage => {
  if (checked?.bytes === bytes) return checked;
  const message = checkMessage(bytes);
  if (message.kind === 'malformed') throw new RangeError(`a checked message became malformed: ${message.reason}`);
  return message;
};

/** The message to keep; malformed where an OPT in its midst cannot be taken out. */
export const keepMessage = (message: CheckedMessage): (KeptMessage & Found) | Malformed => {
  const found = withoutOneHop(message);
  if (found.kind === 'malformed') return found;
  const { bytes } = found;
  const ttlOffsets = found.records.map(({ nameEnd }) => nameEnd + 4);
  const rcode = ((message.edns?.extendedRcode ?? 0) << 4) | message.header.rcode;
  if (found.records.every(({ ttl }) => ttl <= TTL_MAX)) return { kind: 'kept', bytes, rcode, ttlOffsets, checked: found };
  for (const [index, record] of found.records.entries()) setU32(bytes, ttlOffsets[index] ?? 0, ttlSeconds(record));
  return { kind: 'kept', bytes, rcode, ttlOffsets };
};

const copyKept = ({ bytes, rcode, ttlOffsets }: KeptMessage): KeptMessage => ({ kind: 'kept', bytes: copyOctets(bytes), rcode, ttlOffsets });

/** The same message with other TTLs, one for each record in order. */
export const withTtls = (kept: KeptMessage, seconds: readonly number[]): KeptMessage => {
  if (kept.ttlOffsets.every((at, index) => u32(kept.bytes, at) === seconds[index])) return kept;
  const copy = copyKept(kept);
  for (const [index, at] of kept.ttlOffsets.entries()) setU32(copy.bytes, at, seconds[index] ?? u32(copy.bytes, at));
  return copy;
};

/** The same message with AA, RA and AD as a plugin decided them. */
export const withAnswerFlags = (kept: KeptMessage, flags: AnswerFlags): KeptMessage => {
  const { authoritative, recursionAvailable, authenticated } = readAnswerFlags(kept.bytes);
  if (authoritative === flags.authoritative && recursionAvailable === flags.recursionAvailable && authenticated === flags.authenticated) return kept;
  const copy = copyKept(kept);
  setAnswerFlags(copy.bytes, flags);
  return copy;
};

/** How long the message is without name compression, as CoreDNS's log and metrics count it. */
export const uncompressedOctets = (kept: KeptMessage): number => expandedOctets(recheck(kept));
