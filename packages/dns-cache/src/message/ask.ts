import type { CheckedMessage, Question } from './check.ts';
import { checkMessage } from './check.ts';
import { HEADER_OCTETS, writeHeader } from './header.ts';
import { UDP_PAYLOAD_OURS } from './limits.ts';
import type { Malformed } from './malformed.ts';
import { CLASS, OPCODE_QUERY, TYPE } from './numbers.ts';
import { concatenate, fromU16, sameOctets } from './octets.ts';
import { encodeOpt } from './opt.ts';

/** What we ask an upstream. */
export interface AskMessage {
  readonly id: number;
  readonly question: Question;
  readonly recursionDesired: boolean;
  readonly checkingDisabled: boolean;
  readonly authenticated: boolean;
  /** OPT goes along where the client sent one; its options, meant for one hop, do not (RFC 6891 §6.2.6). */
  readonly edns: { readonly dnssecOk: boolean } | undefined;
}

export const writeAsk = (ask: AskMessage): Uint8Array => {
  const header = new Uint8Array(HEADER_OCTETS);
  const additional = ask.edns === undefined ? 0 : 1;
  writeHeader(header, ask.id, ask, { question: 1, answer: 0, authority: 0, additional });
  return concatenate([
    header,
    ask.question.name,
    fromU16(ask.question.type, ask.question.class),
    ...(ask.edns === undefined ? [] : [encodeOpt({ udpPayloadSize: UDP_PAYLOAD_OURS, dnssecOk: ask.edns.dnssecOk })]),
  ]);
};

/** Why a message cannot be the reply to what we asked; each is what a forger gets wrong (RFC 5452 §9.1). */
type MismatchReason = 'not-a-response' | 'opcode' | 'id' | 'question' | 'record-class';

export type ReplyOutcome =
  | { readonly kind: 'reply'; readonly message: CheckedMessage }
  | { readonly kind: 'mismatch'; readonly reason: MismatchReason }
  | Malformed;

const sameQuestion = (a: Question, b: Question): boolean =>
  // The case too: a forger has to guess it (draft-vixie-dnsext-dns0x20).
  sameOctets(a.name, b.name) && a.type === b.type && a.class === b.class;

/** Is it the reply to this question, whole and well formed? */
export const readReply = (bytes: Uint8Array, asked: Pick<AskMessage, 'id' | 'question'>): ReplyOutcome => {
  const message = checkMessage(bytes);
  if (message.kind === 'malformed') return message;
  const { header, question } = message;
  if (!header.response) return { kind: 'mismatch', reason: 'not-a-response' };
  if (header.opcode !== OPCODE_QUERY) return { kind: 'mismatch', reason: 'opcode' };
  if (header.id !== asked.id) return { kind: 'mismatch', reason: 'id' };
  if (question === undefined || !sameQuestion(question, asked.question)) {
    return { kind: 'mismatch', reason: 'question' };
  }
  const foreign = message.records.some(
    (record) =>
      record.type !== TYPE.OPT &&
      record.type !== TYPE.TSIG &&
      record.class !== asked.question.class &&
      asked.question.class !== CLASS.ANY,
  );
  return foreign ? { kind: 'mismatch', reason: 'record-class' } : { kind: 'reply', message };
};
