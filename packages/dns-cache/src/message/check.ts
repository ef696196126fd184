import type { Header } from './header.ts';
import { HEADER_OCTETS, readHeader } from './header.ts';
import type { Malformed } from './malformed.ts';
import { malformed } from './malformed.ts';
import type { PointerBudget, WireName } from './name.ts';
import { checkName } from './name.ts';
import { TYPE } from './numbers.ts';
import { copyOctets, u16, u32, u8 } from './octets.ts';
import type { Edns } from './opt.ts';
import { readEdns } from './opt.ts';
import { checkRdata } from './rdata-layout.ts';

/*
 * The one door for bytes from outside. It walks the whole message before anything else looks at it, and whatever
 * passes has counts that fit, names that end, and RDATA that fills its length. Nothing is decoded here.
 */

/** A question has at least 5 octets, a record 11 (RFC 1035 §4.1.2, §4.1.3). */
const QUESTION_OCTETS_MIN = 5;
const RECORD_OCTETS_MIN = 11;

/** 64 KB full of names that each follow one pointer stay below it; a message that needs more is an attack. */
const POINTERS_PER_MESSAGE_MAX = 16384;

export type Section = 'answer' | 'authority' | 'additional';

/** The question of a message that was checked. */
export interface Question {
  /** In the sender's spelling. */
  readonly name: WireName;
  /** IANA's number, 0 to 65535. */
  readonly type: number;
  /** IANA's number, 0 to 65535. */
  readonly class: number;
}

/** Where a record stands in its message. */
export interface RecordSpan {
  readonly section: Section;
  readonly start: number;
  readonly nameEnd: number;
  readonly nameOctets: number;
  readonly type: number;
  readonly class: number;
  /** As on the wire, 0 to 2^32 - 1. */
  readonly ttl: number;
  readonly rdataStart: number;
  /** How long RDATA is once its names are written out. */
  readonly rdataOctets: number;
  readonly end: number;
}

export interface CheckedMessage {
  readonly kind: 'message';
  readonly bytes: Uint8Array;
  readonly header: Header;
  readonly question: Question | undefined;
  readonly questionEnd: number;
  /** In order, OPT and TSIG included. */
  readonly records: readonly RecordSpan[];
  readonly edns: Edns | undefined;
  /** The first octet after the last record; what follows is not part of the message. */
  readonly end: number;
}

interface QuestionFound {
  readonly kind: 'question';
  readonly question: Question | undefined;
  readonly end: number;
}

/** At most one question, uncompressed: with nothing before it there is nothing to point to. */
export const checkQuestion = (bytes: Uint8Array, header: Header, budget: PointerBudget): QuestionFound | Malformed => {
  if (header.questionCount > 1) return malformed('question-count');
  if (header.questionCount === 0) return { kind: 'question', question: undefined, end: HEADER_OCTETS };
  const name = checkName(bytes, HEADER_OCTETS, budget);
  if (name.kind === 'malformed') return name;
  if (name.compressed) return malformed('question-compressed');
  const end = name.end + 4;
  if (end > bytes.length) return malformed('cut-short');
  const question = {
    name: copyOctets(bytes, HEADER_OCTETS, name.end),
    type: u16(bytes, name.end),
    class: u16(bytes, name.end + 2),
  };
  return { kind: 'question', question, end };
};

const checkRecord = (
  bytes: Uint8Array,
  section: Section,
  start: number,
  budget: PointerBudget & { readonly fixedParts: number[] },
): RecordSpan | Malformed => {
  const name = checkName(bytes, start, budget);
  if (name.kind === 'malformed') return name;
  const rdataStart = name.end + 10;
  if (rdataStart > bytes.length) return malformed('cut-short');
  const end = rdataStart + u16(bytes, name.end + 8);
  if (end > bytes.length) return malformed('cut-short');
  budget.fixedParts.push(name.end);
  const type = u16(bytes, name.end);
  const rdataOctets = checkRdata(bytes, type, rdataStart, end, budget);
  if (typeof rdataOctets !== 'number') return rdataOctets;
  return {
    section,
    start,
    nameEnd: name.end,
    nameOctets: name.octets,
    type,
    class: u16(bytes, name.end + 2),
    ttl: u32(bytes, name.end + 4),
    rdataStart,
    rdataOctets,
    end,
  };
};

/** RFC 6891 §6.1.1: at most one OPT, in the additional section, owned by the root. */
const findEdns = (bytes: Uint8Array, records: readonly RecordSpan[]): Edns | undefined | Malformed => {
  const opt = records.find(({ type }) => type === TYPE.OPT);
  if (opt === undefined) return undefined;
  if (records.findLast(({ type }) => type === TYPE.OPT) !== opt) return malformed('opt-repeated');
  if (opt.section !== 'additional') return malformed('opt-misplaced');
  if (opt.nameEnd !== opt.start + 1 || u8(bytes, opt.start) !== 0) return malformed('opt-owner');
  return readEdns(bytes, opt.nameEnd, opt.rdataStart, opt.end);
};

/** RFC 8945 §5.1: a TSIG that is not the last record makes the message malformed. */
const tsigMisplaced = (records: readonly RecordSpan[]): boolean => {
  const tsig = records.find(({ type }) => type === TYPE.TSIG);
  return tsig !== undefined && (tsig !== records.at(-1) || tsig.section !== 'additional');
};

/**
 * Walks the message. The result refers to `bytes`, which must not change while it is in use.
 * @param header where it has been read already
 */
export const checkMessage = (bytes: Uint8Array, header: Header = readHeader(bytes)): CheckedMessage | Malformed => {
  if (bytes.length < HEADER_OCTETS) return malformed('shorter-than-header');
  const recordCount = header.answerCount + header.authorityCount + header.additionalCount;
  const least = HEADER_OCTETS + header.questionCount * QUESTION_OCTETS_MIN + recordCount * RECORD_OCTETS_MIN;
  if (least > bytes.length) return malformed('counts-exceed-length');
  const budget = { left: POINTERS_PER_MESSAGE_MAX, fixedParts: [] };
  const asked = checkQuestion(bytes, header, budget);
  if (asked.kind === 'malformed') return asked;
  const records: RecordSpan[] = [];
  let at = asked.end;
  const authorityFrom = header.answerCount;
  const additionalFrom = authorityFrom + header.authorityCount;
  for (let index = 0; index < recordCount; index += 1) {
    const section = index < authorityFrom ? 'answer' : index < additionalFrom ? 'authority' : 'additional';
    const record = checkRecord(bytes, section, at, budget);
    if ('kind' in record) return record;
    records.push(record);
    at = record.end;
  }
  const edns = findEdns(bytes, records);
  if (edns !== undefined && 'kind' in edns) return edns;
  if (tsigMisplaced(records)) return malformed('tsig-not-last');
  return { kind: 'message', bytes, header, question: asked.question, questionEnd: asked.end, records, edns, end: at };
};
