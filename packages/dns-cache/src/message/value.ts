import { checkOctets, wholeNumber } from '../range.ts';
import type { WireMessage, WireRecord } from './build.ts';
import { buildMessage } from './build.ts';
import type { Question as WireQuestion, Section } from './check.ts';
import { checkMessage } from './check.ts';
import { toWireRecord } from './kept.ts';
import type { Flags } from './header.ts';
import type { Malformed } from './malformed.ts';
import { nameText, wireName } from './name.ts';
import { className, classNumber, rcodeName, rcodeNumber, TYPE, typeName, typeNumber } from './numbers.ts';
import type { RecordData } from './record-data.ts';
import { encodeRecordData, readRecordData } from './record-data.ts';

/*
 * Messages as values: for those who ask (a stub resolver), who answer from data of their own (a modelled
 * authoritative server), and who look at what went by. The name server itself passes octets and never needs them.
 */

/** A question, as people write it. */
export interface QuestionValue {
  /** In presentation form, with a final dot: `example.org.`. */
  readonly name: string;
  /** `A`, `TYPE12345`. */
  readonly type: string;
  /** `IN`, `CLASS42`. */
  readonly class: string;
}

/** A record, as people write it. */
export interface RecordValue {
  /** In presentation form; read, it has a final dot. */
  readonly name: string;
  /** `A`, `TYPE12345`. */
  readonly type: string;
  /** `IN`, `CLASS42`. */
  readonly class: string;
  /** 0 to 2³² − 1. */
  readonly ttlSeconds: number;
  readonly data: RecordData;
}

/** What a message says of itself by EDNS (RFC 6891). */
export interface EdnsValue {
  /** What its sender takes over UDP, in octets, 0 to 65535. */
  readonly udpPayloadSize: number;
  /** 0 to 255; 0 is the only one that there is. */
  readonly version: number;
  /** The DO bit: DNSSEC's records are wanted, or there (RFC 3225). */
  readonly dnssecOk: boolean;
}

/** A message read; its flags are those of the header, `rcode` (by name) includes the bits that OPT carries. */
export interface MessageValue extends Omit<Flags, 'rcode'> {
  readonly kind: 'message';
  /** 0 to 65535. */
  readonly id: number;
  readonly rcode: string;
  /** `undefined` where there is none. */
  readonly question: QuestionValue | undefined;
  readonly answers: readonly RecordValue[];
  readonly authorities: readonly RecordValue[];
  /** Without OPT. */
  readonly additionals: readonly RecordValue[];
  /** `undefined` where the message has no OPT. */
  readonly edns: EdnsValue | undefined;
}

const recordValue = (record: WireRecord): RecordValue => ({
  name: nameText(record.name),
  type: typeName(record.type),
  class: className(record.class),
  ttlSeconds: record.ttl,
  data: readRecordData(record.type, record.rdata),
});

/**
 * The message in these bytes, or why they are none. Never throws, whatever the bytes; TypeError only where they are no Uint8Array.
 * @param leaveOut `authorities` stays empty: a stub resolver does not look at them, and an SOA is half of the work
 */
export const readMessage = (bytes: Uint8Array, leaveOut?: 'authorities'): MessageValue | Malformed => {
  checkOctets('bytes', bytes);
  const message = checkMessage(bytes);
  if (message.kind === 'malformed') return message;
  const { header, question, edns } = message;
  const inSection = (section: Section): readonly RecordValue[] =>
    message.records
      .filter((record) => record.section === section && record.type !== TYPE.OPT)
      .map((record) => recordValue(toWireRecord(bytes, record)));
  const { questionCount: _q, answerCount: _an, authorityCount: _ns, additionalCount: _ar, rcode, ...flags } = header;
  return {
    kind: 'message',
    ...flags,
    rcode: rcodeName(((edns?.extendedRcode ?? 0) << 4) | rcode),
    question: question && {
      name: nameText(question.name),
      type: typeName(question.type),
      class: className(question.class),
    },
    answers: inSection('answer'),
    authorities: leaveOut === 'authorities' ? [] : inSection('authority'),
    additionals: inSection('additional'),
    edns: edns && { udpPayloadSize: edns.udpPayloadSize, version: edns.version, dnssecOk: edns.dnssecOk },
  };
};

/** A caller without types may have given a number. */
const known = (what: string, text: string, numberOf: (text: string) => number | undefined): number => {
  const number = typeof text === 'string' ? numberOf(text) : undefined;
  if (number === undefined) throw new RangeError(`not a ${what}: ${typeof text === 'string' ? text : `${String(text)}, which is no text`}`);
  return number;
};

const wireQuestion = (question: { name: string; type: string; class?: string }): WireQuestion => ({
  name: wireName(question.name),
  type: known('record type', question.type, typeNumber),
  class: known('class', question.class ?? 'IN', classNumber),
});

const RCODE_OF_HEADER_MAX = 15;
const U16_MAX = 0xffff;
const U32_MAX = 0xffff_ffff;

/** EDNS as a sender offers it. */
export interface EdnsOffer {
  /** In octets, 0 to 65535. */
  readonly udpPayloadSize: number;
  /** The DO bit (RFC 3225); false where it is missing. */
  readonly dnssecOk?: boolean;
}

const wireEdns = (edns: EdnsOffer | undefined, rcode = 0): Pick<WireMessage, 'edns'> =>
  edns === undefined
    ? {}
    : {
        edns: { udpPayloadSize: wholeNumber('edns.udpPayloadSize', edns.udpPayloadSize, 0, U16_MAX), dnssecOk: edns.dnssecOk ?? false, extendedRcode: rcode >>> 4 },
      };

/** What is to be asked, and how. */
export interface QueryOptions {
  /** 0 to 65535. */
  readonly id: number;
  /** In presentation form; the final dot may be missing. */
  readonly name: string;
  /** `A`, `TYPE65`. */
  readonly type: string;
  /** `IN` where it is missing. */
  readonly class?: string;
  /** True where it is missing. */
  readonly recursionDesired?: boolean;
  /** The AD bit: tell whether it was validated (RFC 6840 §5.7). False where it is missing. */
  readonly authenticated?: boolean;
  /** The CD bit: do not validate (RFC 4035 §3.2.2). False where it is missing. */
  readonly checkingDisabled?: boolean;
  /** No OPT where it is missing. */
  readonly edns?: EdnsOffer;
}

/** A query on the wire. @throws RangeError where the name or the type is none, or a number out of its range. */
export const encodeQuery = (options: QueryOptions): Uint8Array =>
  buildMessage({
    id: wholeNumber('id', options.id, 0, U16_MAX),
    flags: {
      recursionDesired: options.recursionDesired ?? true,
      authenticated: options.authenticated ?? false,
      checkingDisabled: options.checkingDisabled ?? false,
    },
    question: wireQuestion(options),
    records: [],
    ...wireEdns(options.edns),
  });

/** A record to be written; `class` is `IN` where it is missing. */
export type RecordOptions = Omit<RecordValue, 'class'> & { readonly class?: string };

/** What is to be answered, and how. */
export interface ResponseOptions {
  /** 0 to 65535. */
  readonly id: number;
  /** As it was asked: the name's final dot may be missing, and so may `class`, for `IN`. */
  readonly question: { readonly name: string; readonly type: string; readonly class?: string };
  /** `NOERROR` where it is missing. */
  readonly rcode?: string;
  /** The AA bit; false where it is missing. */
  readonly authoritative?: boolean;
  /** The TC bit; false where it is missing. */
  readonly truncated?: boolean;
  /** The RD bit, as the query has it; false where it is missing. */
  readonly recursionDesired?: boolean;
  /** The RA bit; false where it is missing. */
  readonly recursionAvailable?: boolean;
  /** The AD bit; false where it is missing. */
  readonly authenticated?: boolean;
  /** The CD bit, as the query has it; false where it is missing. */
  readonly checkingDisabled?: boolean;
  /** None where it is missing. */
  readonly answers?: readonly RecordOptions[];
  /** None where it is missing. */
  readonly authorities?: readonly RecordOptions[];
  /** None where it is missing; OPT is not among them. */
  readonly additionals?: readonly RecordOptions[];
  /** No OPT where it is missing. */
  readonly edns?: EdnsOffer;
}

const wireRecord =
  (section: Section) =>
  (record: RecordOptions): WireRecord => {
    const { name, type, class: klass } = wireQuestion(record);
    return { section, name, type, class: klass, ttl: wholeNumber('ttlSeconds', record.ttlSeconds, 0, U32_MAX), rdata: encodeRecordData(type, record.data) };
  };

/** A response on the wire, with names compressed as servers do. @throws RangeError where a part of it is none. */
export const encodeResponse = (options: ResponseOptions): Uint8Array => {
  const rcode = known('response code', options.rcode ?? 'NOERROR', rcodeNumber);
  // Its upper bits stand in OPT (RFC 6891 §6.1.3).
  if (rcode > RCODE_OF_HEADER_MAX && options.edns === undefined) throw new RangeError(`response code ${options.rcode} is for a message with EDNS`);
  const { id, question, answers = [], authorities = [], additionals = [], edns, rcode: _rcode, ...flags } = options;
  return buildMessage({
    id: wholeNumber('id', id, 0, U16_MAX),
    flags: { ...flags, response: true, rcode: rcode & RCODE_OF_HEADER_MAX },
    question: wireQuestion(question),
    records: [
      ...answers.map(wireRecord('answer')),
      ...authorities.map(wireRecord('authority')),
      ...additionals.map(wireRecord('additional')),
    ],
    ...wireEdns(edns, rcode),
  });
};
