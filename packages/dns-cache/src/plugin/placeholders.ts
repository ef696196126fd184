import { errorFlags, isToBeCut, replyFlags } from '../message/answer.ts';
import type { Flags } from '../message/header.ts';
import { foldedText } from '../message/name.ts';
import { CLASS, className, rcodeName, typeName } from '../message/numbers.ts';
import type { Query } from '../message/query.ts';
import { answerOctets } from './answer-octets.ts';
import { bufferSize } from './buffer-size.ts';
import type { Outcome, Request } from './handler.ts';
import type { Labels } from './labels.ts';

/** CoreDNS plugin/pkg/replacer/replacer.go, EmptyValue. */
const NOTHING = '-';

/** A request, and what became of it. */
export interface Told {
  readonly request: Request;
  /** As plugins have made it: only the name is the client's (CoreDNS plugin/log/log.go). */
  readonly query: Query;
  /** `undefined` where it is too early to say, and for what is told of the query alone. */
  readonly outcome: Outcome | undefined;
  readonly labels: Labels | undefined;
  readonly now: number;
}

/** As Go's miekg/dns prints it: ANY is the name of a type only. */
const classText = (klass: number): string => (klass === CLASS.ANY ? `CLASS${klass}` : className(klass));

const addressText = (address: string): string => (address.includes(':') ? `[${address}]` : address);

const FLAG_NAMES: readonly (readonly [string, keyof Flags])[] = [
  ['qr', 'response'], ['aa', 'authoritative'], ['tc', 'truncated'], ['rd', 'recursionDesired'],
  ['ra', 'recursionAvailable'], ['z', 'reserved'], ['ad', 'authenticated'], ['cd', 'checkingDisabled'],
];

const flagsText = (flags: Flags): string =>
  FLAG_NAMES.flatMap(([name, flag]) => (flags[flag] === true ? [name] : [])).join(',');

/** Seconds to the nanosecond, as Go's strconv.FormatFloat(seconds, 'f', -1, 64) prints them. */
export const secondsText = (ms: number): string => {
  const nanoseconds = Math.round(ms * 1e6);
  const whole = Math.floor(nanoseconds / 1e9);
  const fraction = String(nanoseconds % 1e9).padStart(9, '0').replace(/0+$/, '');
  return `${whole}${fraction === '' ? '' : `.${fraction}`}s`;
};

/** What the server tells the client where no plugin wrote an answer counts as one (CoreDNS plugin/log/log.go). */
const rcodeText = (outcome: Outcome): string => {
  switch (outcome.kind) {
    case 'reply':
      return rcodeName(outcome.reply.message.rcode);
    case 'failure':
      return rcodeName(outcome.rcode);
    case 'silence':
      return NOTHING;
  }
};

const answerFlags = ({ query, transport }: Request, outcome: Outcome): string => {
  switch (outcome.kind) {
    case 'reply':
      return flagsText(replyFlags(outcome.reply, query, isToBeCut(outcome.reply, query, transport)));
    case 'failure':
      return flagsText(errorFlags(query, outcome.rcode));
    case 'silence':
      return NOTHING;
  }
};

const OF_QUERY: Readonly<Record<string, (told: Told) => string>> = {
  '{type}': ({ query }) => typeName(query.question.type),
  '{name}': ({ request }) => foldedText(request.name),
  '{class}': ({ query }) => classText(query.question.class),
  '{proto}': ({ request }) => request.transport,
  '{size}': ({ query }) => String(query.octets),
  '{remote}': ({ request }) => addressText(request.client.address),
  '{port}': ({ request }) => String(request.client.port),
  '{local}': ({ request }) => addressText(request.local.address),
  '{>id}': ({ request }) => String(request.query.header.id),
  '{>opcode}': ({ request }) => String(request.query.header.opcode),
  '{>do}': ({ query }) => String(query.edns?.dnssecOk ?? false),
  '{>bufsize}': ({ request: { transport }, query }) => String(bufferSize({ query, transport })),
};

const OF_ANSWER: Readonly<Record<string, (told: Told, outcome: Outcome) => string>> = {
  '{rcode}': (_, outcome) => rcodeText(outcome),
  '{rsize}': ({ request }, outcome) => String(answerOctets(request.query, outcome)),
  '{duration}': ({ request, now }) => secondsText(now - request.receivedAt),
  '{>rflags}': ({ request }, outcome) => answerFlags(request, outcome),
};

/** The format with its placeholders filled in; what is no placeholder stays as it is. */
export const fillIn = (format: string, told: Told): string =>
  format.replace(/\{[^{}]*\}/g, (placeholder) => {
    if (placeholder.startsWith('{/')) return told.labels?.get(placeholder.slice(2, -1)) ?? NOTHING;
    const ofAnswer = OF_ANSWER[placeholder];
    if (ofAnswer !== undefined) return told.outcome === undefined ? NOTHING : ofAnswer(told, told.outcome);
    return OF_QUERY[placeholder]?.(told) ?? placeholder;
  });
