import { isIpv6 } from '../address.ts';
import type { Effect, Place, ServerEvent } from '../engine/effect.ts';
import { writeError, writeReply } from '../message/answer.ts';
import type { Link } from '../message/link.ts';
import { transportOf } from '../message/link.ts';
import type { Query } from '../message/query.ts';
import type { Outcome } from '../plugin/handler.ts';

type QueryEvent = Extract<ServerEvent, { kind: 'query' }>;

/** What the client gets, and what is told of it. */
interface Told {
  readonly message: Uint8Array | undefined;
  readonly rcode: number | undefined;
  readonly plugin: string;
}

const toldOf = (outcome: Outcome, query: Query, link: Link): Told => {
  switch (outcome.kind) {
    case 'reply': {
      const { reply, plugin } = outcome;
      return { message: writeReply(reply, query, link), rcode: reply.message.rcode, plugin };
    }
    case 'failure':
      return { message: writeError(query, outcome.rcode, link, outcome.extendedErrors), rcode: outcome.rcode, plugin: '' };
    case 'silence':
      return { message: undefined, rcode: undefined, plugin: '' };
  }
};

/** What comes of a query that has its outcome: the answer, or none, after an account of it. */
export const settle = (event: QueryEvent, query: Query, place: Place, outcome: Outcome, link: Link, now: number): readonly Effect[] => {
  const { message, rcode, plugin } = toldOf(outcome, query, link);
  return [
    {
      kind: 'served',
      place,
      transport: transportOf(event.transport),
      family: isIpv6(event.client) ? 'ipv6' : 'ipv4',
      type: query.question.type,
      octets: query.octets,
      dnssecOk: query.edns?.dnssecOk === true,
      rcode,
      plugin,
      answerOctets: message?.length ?? 0,
      durationMs: now - (event.receivedAt ?? now),
    },
    message === undefined
      ? { kind: 'drop', query: event.query, reason: 'plugin' }
      : { kind: 'answer', query: event.query, message },
  ];
};
