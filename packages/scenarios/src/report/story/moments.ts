import { answersOf } from '../../measure/events.ts';
import type { Actor, MessageSummary, RecordedEvent, RecordedLoss, RecordedPacket, Recording } from '../../run/recording.ts';
import { causeOf, waitedMs } from './causes.ts';
import { happeningWords, LOSS_WORDS } from './happening-words.ts';
import type { Moment, Party } from './story.ts';
import { wayOf } from './walked-way.ts';

/** What one stops at: messages, what the cache says of them, what the scenario does, and whatever gets lost. Handshakes would drown them. */
export const momentsOf = (recording: Recording): readonly Moment[] => {
  const shown = recording.events.filter(isShown);
  const stray = new Set<RecordedEvent>(answersOf(recording).stray);
  return shown.map((event, at) => {
    const because = causeOf(shown, at);
    const said = momentOf(event);
    return { atMs: event.atMs, ...said, what: stray.has(event) ? `${said.what} (from where nobody was asked: it is not taken)` : said.what, because, waitedMs: because === undefined ? waitedMs(shown, at) : undefined };
  });
};

const isShown = (event: RecordedEvent): boolean => {
  switch (event.kind) {
    case 'packet':
      return event.message !== undefined || event.to === 'nobody' || event.sent.kind === 'icmp' || event.sent.kind === 'icmpv6';
    case 'cache':
      return event.outcome !== 'stored';
    case 'lost':
    case 'happened':
    case 'log':
      return true;
  }
};

type Said = Omit<Moment, 'because' | 'waitedMs' | 'atMs'>;

const NOTHING_SENT = { from: 'node', to: undefined, who: 'node-cache', lost: false, way: undefined } as const;

const momentOf = (event: RecordedEvent): Said => {
  switch (event.kind) {
    case 'packet':
      return packetMoment(event);
    case 'lost':
      return lossMoment(event);
    case 'cache':
      return { ...NOTHING_SENT, what: `${event.outcome === 'hit' ? `cache hit (${event.store ?? ''})` : 'cache miss'}: ${event.question}`, kind: 'cache' };
    case 'log':
      return { ...NOTHING_SENT, what: `logs ${event.line}`, kind: 'log' };
    case 'happened':
      return { ...NOTHING_SENT, who: 'meanwhile', what: happeningWords(event.what), kind: 'happened' };
  }
};

const packetMoment = ({ from, to, message, sent, journey }: RecordedPacket): Said => ({
  from: partyOf(from),
  to: to === 'nobody' ? undefined : partyOf(to),
  who: `${from} to ${to}`,
  what: messageWords(message, sent.kind),
  kind: kindOf(message),
  lost: to === 'nobody',
  way: wayOf(journey),
});

const lossMoment = ({ from, message, sent, why }: RecordedLoss): Said => ({
  from: partyOf(from),
  to: undefined,
  who: `${from} to nobody`,
  what: `${messageWords(message, sent.kind)} (${LOSS_WORDS[why]})`,
  kind: kindOf(message),
  lost: true,
  way: undefined,
});

const kindOf = (message: MessageSummary | undefined): Moment['kind'] => {
  if (message === undefined) return 'other';
  return message.answer === undefined ? 'question' : 'answer';
};

const messageWords = (message: MessageSummary | undefined, protocol: string): string => {
  if (message === undefined) return protocol.toUpperCase();
  const over = protocol === 'tcp' ? ', over TCP' : '';
  const cut = message.truncated === true ? ', truncated' : '';
  return `${message.answer === undefined ? `asks ${message.question}` : `${message.question}: ${message.answer}`}${cut}${over}`;
};

/** In the picture a program of the node stands where pods do: both ask. */
const partyOf = (actor: Actor): Party => {
  switch (actor) {
    case 'pod':
    case 'process':
      return 'pod';
    case 'node-cache':
    case 'node':
    case 'resolved':
      return 'node';
    case 'CoreDNS':
    case 'gateway':
      return 'beyond';
  }
};
