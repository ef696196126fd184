import type { CheckedMessage, Question } from './check.ts';
import { checkMessage, checkQuestion } from './check.ts';
import { HEADER_OCTETS, readHeader, writeHeader } from './header.ts';
import { UDP_PAYLOAD_OURS } from './limits.ts';
import type { UpstreamTransport } from './link.ts';
import type { Malformed } from './malformed.ts';
import { malformed } from './malformed.ts';
import { foldName } from './name.ts';
import { CLASS, OPCODE_QUERY, RCODE, TYPE } from './numbers.ts';
import { copyOctets, newOctets, sameOctets } from './octets.ts';
import type { EdnsOption } from './opt.ts';
import { optOctets, writeOpt } from './opt.ts';
import { questionOctets, writeQuestion } from './question.ts';

/** What we ask an upstream. */
export interface AskMessage {
  readonly id: number;
  readonly question: Question;
  readonly recursionDesired: boolean;
  readonly checkingDisabled: boolean;
  readonly authenticated: boolean;
  /** Our own OPT: that of the client was meant for one hop (RFC 6891 §6.2.6). */
  readonly edns: { readonly dnssecOk: boolean; readonly options: readonly EdnsOption[] } | undefined;
}

export const writeAsk = (ask: AskMessage): Uint8Array => {
  const { id, question, edns, recursionDesired, checkingDisabled, authenticated } = ask;
  const length = HEADER_OCTETS + questionOctets(question);
  const opt = edns && { udpPayloadSize: UDP_PAYLOAD_OURS, dnssecOk: edns.dnssecOk, options: edns.options };
  const message = newOctets(length + optOctets(opt));
  const counts = { question: 1, answer: 0, authority: 0, additional: opt === undefined ? 0 : 1 };
  writeHeader(message, id, { recursionDesired, checkingDisabled, authenticated }, counts);
  writeQuestion(message, question);
  if (opt !== undefined) writeOpt(message, length, opt);
  return message;
};

/** Why a message cannot be the reply to what we asked; each is what a forger gets wrong (RFC 5452 §9.1). */
type MismatchReason = 'not-a-response' | 'opcode' | 'id' | 'question' | 'question-case' | 'record-class';

export type ReplyOutcome =
  | { readonly kind: 'reply'; readonly message: CheckedMessage }
  /** FORMERR or NOTIMP without even the question: how servers answer that stumbled over OPT (RFC 6891 §7). */
  | { readonly kind: 'bare-error' }
  | { readonly kind: 'mismatch'; readonly reason: MismatchReason }
  /** A datagram that only the upstream can have sent, whose records cannot be read. */
  | { readonly kind: 'spoiled' }
  | Malformed;

/** Header and question of a message whose records are broken, as a message without records. */
const readHead = (bytes: Uint8Array): CheckedMessage | Malformed => {
  if (bytes.length < HEADER_OCTETS) return malformed('shorter-than-header');
  const asked = checkQuestion(bytes, readHeader(bytes), { left: 0 });
  if (asked.kind === 'malformed') return asked;
  const head = copyOctets(bytes, 0, asked.end);
  head.fill(0, 6, HEADER_OCTETS);
  return checkMessage(head);
};

/** Is the question of the reply the one that was asked? */
const compareQuestions = (asked: Question, replied: Question | undefined): 'same' | 'other-case' | 'other' => {
  if (replied === undefined || asked.type !== replied.type || asked.class !== replied.class) return 'other';
  if (sameOctets(asked.name, replied.name)) return 'same';
  return foldName(asked.name) === foldName(replied.name) ? 'other-case' : 'other';
};

const hasForeignRecord = (message: CheckedMessage, klass: number): boolean =>
  klass !== CLASS.ANY &&
  message.records.some(({ type, class: other }) => type !== TYPE.OPT && type !== TYPE.TSIG && other !== klass);

/** Is it the reply to this question, whole and well formed? A datagram that says it was cut may end within a record. */
export const readReply = (
  bytes: Uint8Array,
  asked: Pick<AskMessage, 'id' | 'question'>,
  transport: UpstreamTransport,
): ReplyOutcome => {
  const whole = checkMessage(bytes);
  if (whole.kind === 'message') return compare(whole, asked, transport);
  const head = transport === 'udp' ? readHead(bytes) : whole;
  if (head.kind === 'malformed') return whole;
  const compared = compare(head, asked, transport);
  if (head.header.truncated || compared.kind === 'mismatch') return compared;
  return compared.kind === 'reply' ? { kind: 'spoiled' } : whole;
};

const compare = (
  message: CheckedMessage,
  asked: Pick<AskMessage, 'id' | 'question'>,
  transport: UpstreamTransport,
): Exclude<ReplyOutcome, Malformed> => {
  const { header, question } = message;
  if (!header.response) return { kind: 'mismatch', reason: 'not-a-response' };
  if (header.opcode !== OPCODE_QUERY) return { kind: 'mismatch', reason: 'opcode' };
  if (header.id !== asked.id) return { kind: 'mismatch', reason: 'id' };
  const isEdnsError = header.rcode === RCODE.FORMERR || header.rcode === RCODE.NOTIMP;
  if (question === undefined && isEdnsError) return { kind: 'bare-error' };
  const compared = compareQuestions(asked.question, question);
  if (compared === 'other') return { kind: 'mismatch', reason: 'question' };
  // A forger has to guess the case too (draft-vixie-dnsext-dns0x20); a connection brings what the upstream sent.
  if (compared === 'other-case' && transport === 'udp') return { kind: 'mismatch', reason: 'question-case' };
  if (hasForeignRecord(message, asked.question.class)) return { kind: 'mismatch', reason: 'record-class' };
  return { kind: 'reply', message };
};
