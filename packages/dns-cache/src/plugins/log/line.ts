import { replyFlags } from '../../message/answer.ts';
import type { Flags } from '../../message/header.ts';
import { uncompressedOctets } from '../../message/kept.ts';
import { foldedText } from '../../message/name.ts';
import { className, rcodeName, typeName } from '../../message/numbers.ts';
import { bufferSize } from '../../plugin/buffer-size.ts';
import type { Outcome, Request } from '../../plugin/handler.ts';

/** CoreDNS plugin/pkg/replacer/replacer.go, EmptyValue. */
const NOTHING = '-';

/** A request, what became of it, and when. */
interface Logged {
  readonly request: Request;
  readonly outcome: Outcome;
  readonly now: number;
}

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

const PLACEHOLDERS: Readonly<Record<string, (logged: Logged) => string>> = {
  '{type}': ({ request }) => typeName(request.query.question.type),
  '{name}': ({ request }) => foldedText(request.name),
  '{class}': ({ request }) => className(request.query.question.class),
  '{proto}': ({ request }) => request.transport,
  '{size}': ({ request }) => String(request.query.octets),
  '{remote}': ({ request }) => addressText(request.client.address),
  '{port}': ({ request }) => String(request.client.port),
  '{local}': ({ request }) => addressText(request.local.address),
  '{>id}': ({ request }) => String(request.query.header.id),
  '{>opcode}': ({ request }) => String(request.query.header.opcode),
  '{>do}': ({ request }) => String(request.query.edns?.dnssecOk ?? false),
  '{>bufsize}': ({ request }) => String(bufferSize(request)),
  '{rcode}': ({ outcome }) => (outcome.kind === 'reply' ? rcodeName(outcome.reply.message.rcode) : NOTHING),
  '{rsize}': ({ outcome }) => (outcome.kind === 'reply' ? String(uncompressedOctets(outcome.reply.message)) : '0'),
  '{duration}': ({ request, now }) => secondsText(now - request.receivedAt),
  '{>rflags}': ({ request, outcome }) =>
    outcome.kind === 'reply' ? flagsText(replyFlags(outcome.reply, request.query)) : NOTHING,
};

/** The format with its placeholders filled in. Metadata has none to give; what is no placeholder stays as it is. */
export const writeLine = (format: string, logged: Logged): string =>
  format.replace(/\{[^{}]*\}/g, (placeholder) => {
    if (placeholder.startsWith('{/')) return NOTHING;
    return PLACEHOLDERS[placeholder]?.(logged) ?? placeholder;
  });
