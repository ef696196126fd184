import { buildFitting, COMPRESSIBLE } from './build.ts';
import type { CheckedMessage, RecordSpan } from './check.ts';
import { recheck, toWireRecord } from './kept.ts';
import { NAME_OCTETS_MAX } from './name.ts';
import { TYPE } from './numbers.ts';
import { copyOctets, setU16, u16 } from './octets.ts';

/*
 * A message that is too long keeps as many whole records as fit, in their order, and says so by TC (RFC 2181 §9 allows
 * it; CoreDNS request/request.go Scrub, miekg/dns msg_truncate.go). Stubs that never ask over TCP live on these.
 */

interface Fitted {
  readonly bytes: Uint8Array;
  /** Whether records were left out. */
  readonly truncated: boolean;
}

/** A record of the root without data (RFC 1035 §4.1.3). */
const RECORD_OCTETS_MIN = 11;

/** What compression can take off a record at most: its owner, and the two names of an SOA. */
const COMPRESSED_AWAY_MAX = 3 * NAME_OCTETS_MAX;

const recordsOf = (bytes: Uint8Array): number => u16(bytes, 6) + u16(bytes, 8) + u16(bytes, 10);

/** The records that end within `room`, as they stand. */
const cut = ({ bytes, records, questionEnd }: CheckedMessage, room: number): Uint8Array => {
  const beyond = records.findIndex(({ end }) => end > room);
  const kept = beyond < 0 ? records : records.slice(0, beyond);
  const shorter = copyOctets(bytes, 0, kept.at(-1)?.end ?? questionEnd);
  for (const [index, section] of (['answer', 'authority', 'additional'] as const).entries()) {
    setU16(shorter, 6 + index * 2, kept.filter((record) => record.section === section).length);
  }
  return shorter;
};

/** A pointer, or the root. */
const NAME_OCTETS_LEAST = 2;

/** The fewest octets that a record can take. */
const leastOctets = ({ nameOctets, type, rdataStart, end }: RecordSpan): number => {
  const data = COMPRESSIBLE.has(type) ? NAME_OCTETS_LEAST : end - rdataStart;
  return Math.min(nameOctets, NAME_OCTETS_LEAST) + (RECORD_OCTETS_MIN - 1) + data;
};

/** Could another record fit than these, however well all are compressed? Mostly not, and then nothing is written anew. */
const couldHoldMore = ({ records, questionEnd }: CheckedMessage, count: number, room: number): boolean =>
  records.slice(0, count + 1).reduce((octets, record) => octets + leastOctets(record), questionEnd) <= room;

/** The first records written anew, for a sender that compresses less than one can; never more of them than could fit. */
const compress = ({ bytes, question, records }: CheckedMessage, room: number): Uint8Array => {
  const hopeless = records.findIndex(({ start, end }) => end - start > room + COMPRESSED_AWAY_MAX);
  const most = Math.ceil(room / RECORD_OCTETS_MIN);
  const first = records.slice(0, hopeless < 0 ? most : Math.min(most, hopeless));
  const wire = first.map((record) => toWireRecord(bytes, record));
  return buildFitting({ id: 0, flags: {}, question, records: wire }, room).bytes;
};

/**
 * The message in `room` octets at most; its question alone where that is longer. What comes back is the caller's own;
 * the second word of its header is to be written.
 */
export const fitInto = (bytes: Uint8Array, room: number): Fitted => {
  if (bytes.length <= room) return { bytes, truncated: false };
  const message = recheck({ bytes });
  // Nobody lives on a part of everything; but it is what reflection wants (RFC 8482 §4).
  if (message.question?.type === TYPE.ANY) return { bytes: cut(message, message.questionEnd), truncated: true };
  const asItCame = cut(message, room);
  const anew = couldHoldMore(message, recordsOf(asItCame), room) ? compress(message, room) : asItCame;
  const best = recordsOf(anew) > recordsOf(asItCame) ? anew : asItCame;
  return { bytes: best, truncated: recordsOf(best) < message.records.length };
};
