import type { CheckedMessage, Question } from './check.ts';
import { checkMessage, checkQuestion } from './check.ts';
import type { Header } from './header.ts';
import { HEADER_OCTETS, readHeader } from './header.ts';
import { CLASS, OPCODE_QUERY, RCODE, TYPE } from './numbers.ts';
import type { Edns } from './opt.ts';

/** A client's question that passed the door and may be answered. */
export interface Query {
  readonly header: Header;
  readonly question: Question;
  /** `undefined` where it has no OPT. */
  readonly edns: Edns | undefined;
  /** Without trailing octets. */
  readonly octets: number;
}

/** What an error reply must echo of a query, as far as it could be read. */
export interface Asked {
  readonly header: Header;
  readonly question: Question | undefined;
  readonly edns: Edns | undefined;
}

/** Why a query is met with silence. */
export type DropReason = 'shorter-than-header' | 'response' | 'plugin';

export type QueryOutcome =
  | { readonly kind: 'query'; readonly query: Query }
  | { readonly kind: 'refused'; readonly rcode: number; readonly asked: Asked }
  | { readonly kind: 'dropped'; readonly reason: DropReason };

/** miekg/dns acceptfunc.go takes two additional records: OPT and TSIG. */
const ADDITIONAL_RECORDS_MAX = 2;

const refuse = (rcode: number, header: Header, question?: Question, edns?: Edns): QueryOutcome => ({
  kind: 'refused',
  rcode,
  asked: { header, question, edns },
});

/** The question of a query whose rest is broken: an error reply should carry it. */
const salvageQuestion = (bytes: Uint8Array, header: Header): Question | undefined => {
  const found = checkQuestion(bytes, header, { left: 0 });
  return found.kind === 'question' ? found.question : undefined;
};

const judge = (message: CheckedMessage, question: Question): QueryOutcome => {
  const { header, edns } = message;
  if (edns !== undefined && edns.version !== 0) return refuse(RCODE.BADVERS, header, question, edns);
  // A signature that we hold no key for (RFC 8945 §5.2); the record must never be stripped and the rest served.
  if (message.records.at(-1)?.type === TYPE.TSIG) return refuse(RCODE.NOTAUTH, header, question, edns);
  // Reserved, and NONE, which only updates use (RFC 6895 §3.2).
  if (question.class === 0 || question.class === CLASS.NONE) return refuse(RCODE.REFUSED, header, question, edns);
  return { kind: 'query', query: { header, question, edns, octets: message.end } };
};

/**
 * What a server may do with the bytes that a client sent: answer, answer with an error, or keep silent.
 * The counts are looked at before anything is read, so that a large or a hostile packet costs no more than a small one.
 */
export const readQuery = (bytes: Uint8Array): QueryOutcome => {
  if (bytes.length < HEADER_OCTETS) return { kind: 'dropped', reason: 'shorter-than-header' };
  const header = readHeader(bytes);
  // Answering an answer is how two servers talk to each other for ever.
  if (header.response) return { kind: 'dropped', reason: 'response' };
  if (header.opcode !== OPCODE_QUERY) return refuse(RCODE.NOTIMP, header);
  // RFC 9619: one question. A query answers nothing, so that nothing in it can enter a cache.
  if (header.questionCount !== 1) return refuse(RCODE.FORMERR, header);
  const surplus =
    header.answerCount > 0 || header.authorityCount > 0 || header.additionalCount > ADDITIONAL_RECORDS_MAX;
  if (surplus) {
    const question = salvageQuestion(bytes, header);
    // An IXFR names its zone's version in the authority section (RFC 1995 §3); it is refused below, not malformed.
    if (question?.type !== TYPE.IXFR) return refuse(RCODE.FORMERR, header, question);
  }
  const message = checkMessage(bytes, header);
  if (message.kind === 'malformed') return refuse(RCODE.FORMERR, header, salvageQuestion(bytes, header));
  if (message.question === undefined) return refuse(RCODE.FORMERR, header);
  return judge(message, message.question);
};
