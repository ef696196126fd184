import type { Actor, RecordedEvent, RecordedPacket } from '../../run/recording.ts';
import { causeOf } from './causes.ts';
import type { Moment, Party } from './story.ts';
import { wayOf } from './walked-way.ts';

/** What one stops at: messages, what the cache says of them, and whatever gets lost. Handshakes would drown them. */
export const momentsOf = (events: readonly RecordedEvent[]): readonly Moment[] => {
  const shown = events.filter(isShown);
  return shown.map((event, at) => ({ ...momentOf(event), because: causeOf(shown, at) }));
};

const isShown = (event: RecordedEvent): boolean => {
  switch (event.kind) {
    case 'packet':
      return event.message !== undefined || event.to === 'nobody' || event.sent.kind === 'icmp' || event.sent.kind === 'icmpv6';
    case 'cache':
      return event.outcome !== 'stored';
    case 'log':
      return true;
  }
};

const momentOf = (event: RecordedEvent): Omit<Moment, 'because'> => {
  const { atMs, lookup } = event;
  switch (event.kind) {
    case 'packet':
      return { atMs, lookup, ...packetMoment(event) };
    case 'cache': {
      const found = event.outcome === 'hit' ? `cache hit (${event.store ?? ''})` : 'cache miss';
      return { atMs, lookup, from: 'node', to: undefined, who: 'node-cache', what: `${found}: ${event.question}`, kind: 'cache', lost: false, way: undefined };
    }
    case 'log':
      return { atMs, lookup, from: 'node', to: undefined, who: 'node-cache', what: `logs ${event.line}`, kind: 'log', lost: false, way: undefined };
  }
};

const packetMoment = ({ from, to, message, sent, journey }: RecordedPacket): Omit<Moment, 'because' | 'atMs' | 'lookup'> => {
  const over = sent.kind === 'tcp' ? ', over TCP' : '';
  return {
    from: partyOf(from),
    to: to === 'nobody' ? undefined : partyOf(to),
    who: `${from} to ${to}`,
    what: message === undefined ? sent.kind.toUpperCase() : `${message.answer === undefined ? `asks ${message.question}` : `${message.question}: ${message.answer}`}${over}`,
    kind: message === undefined ? 'other' : message.answer === undefined ? 'question' : 'answer',
    lost: to === 'nobody',
    way: wayOf(journey),
  };
};

const partyOf = (actor: Actor): Party => {
  switch (actor) {
    case 'pod':
      return 'pod';
    case 'node-cache':
    case 'node':
      return 'node';
    case 'CoreDNS':
    case 'gateway':
      return 'beyond';
  }
};
