import { isIpv6 } from '../address.ts';
import type { Effect, Place, ServedEffect, ServerEvent } from '../engine/effect.ts';
import { writeError, writeReply } from '../message/answer.ts';
import { encodeExtendedError } from '../message/extended-error.ts';
import type { Link } from '../message/link.ts';
import { transportOf, UDP_LINK } from '../message/link.ts';
import type { Query } from '../message/query.ts';
import { answerOctets } from '../plugin/answer-octets.ts';
import type { Outcome, Request } from '../plugin/handler.ts';

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
      return { message: writeError(query, outcome.rcode, link, [...(outcome.options ?? []), ...(outcome.extendedErrors ?? []).map(encodeExtendedError)]), rcode: outcome.rcode, plugin: '' };
    case 'silence':
      return { message: undefined, rcode: undefined, plugin: '' };
  }
};

/** A query, and where it was served. */
interface Served extends Pick<Request, 'query' | 'client' | 'transport' | 'receivedAt'> {
  readonly place: Place;
}

/** What the server says where no plugin has written an answer has no size (CoreDNS plugin/metrics/handler.go). */
const isWritten = (outcome: Outcome): boolean => outcome.kind === 'reply' || (outcome.kind === 'failure' && outcome.isWritten === true);

const servedEffect = ({ query, client, transport, receivedAt, place }: Served, outcome: Outcome, { rcode, plugin }: Told, now: number): ServedEffect => {
  const { asked = query } = outcome;
  return {
    kind: 'served',
    place,
    transport,
    family: isIpv6(client) ? 'ipv6' : 'ipv4',
    type: asked.question.type,
    // As it came: what `rewrite` made of it may be longer.
    octets: query.octets,
    dnssecOk: asked.edns?.dnssecOk === true,
    rcode,
    plugin,
    answerOctets: place.isCounted && isWritten(outcome) ? answerOctets(query, outcome) : 0,
    durationMs: now - receivedAt,
  };
};

/** Questions of our own are counted as clients' are, where they are served (CoreDNS plugin/pkg/upstream). */
export const settleInside = (served: Served, outcome: Outcome, now: number): Effect => servedEffect(served, outcome, toldOf(outcome, served.query, UDP_LINK), now);

const tapEffects = (outcome: Outcome, { client, transport, receivedAt }: Served, message: Uint8Array | undefined, now: number): readonly Effect[] =>
  message === undefined || outcome.tapped === undefined
    ? []
    : outcome.tapped.map(({ tap, extra, isFull }) => ({
        kind: 'tap',
        tap,
        type: 'client-response',
        transport,
        asker: client,
        responder: undefined,
        askedAt: receivedAt,
        answeredAt: now,
        message: isFull ? message : undefined,
        extra,
      }));

/** What comes of a query that has its outcome: the answer, or none, after an account of it. */
export const settle = (event: QueryEvent, query: Query, place: Place, outcome: Outcome, link: Link, now: number): readonly [ServedEffect, ...Effect[]] => {
  const told = toldOf(outcome, query, link);
  const { client, receivedAt = now } = event;
  const served = { query, client, transport: transportOf(event.transport), receivedAt, place };
  return [
    servedEffect(served, outcome, told, now),
    ...tapEffects(outcome, served, told.message, now),
    told.message === undefined
      ? { kind: 'drop', query: event.query, reason: 'plugin' }
      : { kind: 'answer', query: event.query, message: told.message },
  ];
};
