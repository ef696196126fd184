import type { Draw, LookupEvent } from '../machine.ts';
import { addressesIn, answerTo } from '../query.ts';
import type { Reply } from '../query.ts';
import { isError, nextAttempt, refusedAttempt } from './attempt.ts';
import type { Lookup, LookupStep } from './lookup.ts';
import { askedName, closed, done, quiet, serverIndex } from './lookup.ts';
import { exhausted, notHere } from './search.ts';
import { transmit, transmitByTcp, transmitSecond } from './transmit.ts';

/** The lookup after an event; what is not for it changes nothing. */
export const stepLookup = (lookup: Lookup, event: LookupEvent, nowMs: number, draw: Draw): LookupStep => {
  if (lookup.result !== undefined) return quiet(lookup);
  const ownPort = lookup.connection === undefined ? lookup.sockets.get(serverIndex(lookup)) : undefined;
  switch (event.kind) {
    case 'timeout':
      return nowMs < lookup.deadlineMs ? quiet(lookup) : timedOut(lookup, nowMs, draw);
    case 'refused':
      return event.port === ownPort ? refusedAttempt(lookup, nowMs, draw) : quiet(lookup);
    case 'datagram':
      return event.port === ownPort ? takeDatagram(lookup, event.message, nowMs, draw) : quiet(lookup);
    case 'tcp-closed':
      return event.connection === lookup.connection ? refusedAttempt(lookup, nowMs, draw) : quiet(lookup);
    case 'tcp-answer':
      return event.connection === lookup.connection ? takeTcpAnswer(lookup, event.message, nowMs, draw) : quiet(lookup);
  }
};

const good = (replies: readonly Reply[]): readonly Reply[] => replies.filter(({ message }) => !isError(message));

/**
 * Where only one of two answers came, it may be a server that cannot do two questions at once: they are asked one after
 * the other, then from two sockets, and then the one answer has to do (`send_dg`, resolv/res_send.c, 2.36).
 */
const timedOut = (lookup: Lookup, nowMs: number, draw: Draw): LookupStep => {
  const waited: Lookup = { ...lookup, gotSomewhere: true };
  const came = good(lookup.replies);
  if (came.length === 0) return nextAttempt(waited, nowMs, draw, 'timed-out');
  switch (lookup.asking) {
    case 'together':
      return transmit({ ...lookup, asking: 'single-request' }, nowMs, draw);
    case 'single-request':
      return transmit(closed({ ...lookup, asking: 'single-request-reopen' }), nowMs, draw);
    case 'single-request-reopen':
      return conclude(waited, came, nowMs, draw);
  }
};

/** The lookup with one more reply, or undefined where the message answers nothing that is still open. */
const withReply = (lookup: Lookup, bytes: Uint8Array): Lookup | undefined => {
  const open = lookup.queries.filter((query) => !lookup.replies.some((reply) => reply.query === query));
  const reply = answerTo(bytes, askedName(lookup), open);
  return reply && { ...lookup, gotSomewhere: true, replies: [...lookup.replies, reply] };
};

const takeDatagram = (lookup: Lookup, bytes: Uint8Array, nowMs: number, draw: Draw): LookupStep => {
  const now = withReply(lookup, bytes);
  const latest = now?.replies.at(-1)?.message;
  if (now === undefined || latest === undefined) return quiet(lookup);
  const { replies, queries, asking } = now;
  const failed = isError(latest);
  if (!failed && latest.truncated) return transmitByTcp(now, draw);
  const complete = replies.length === queries.length;
  // Where no other answer is under way, a failure closes the sockets too.
  if (failed && replies.length === 1 && (asking !== 'together' || complete)) return giveUp(closed(now), nowMs, draw);
  if (!complete) return asking === 'together' ? quiet(now) : transmitSecond(now, draw);
  const came = good(replies);
  return came.length === 0 ? giveUp(now, nowMs, draw) : conclude(now, came, nowMs, draw);
};

const giveUp = (lookup: Lookup, nowMs: number, draw: Draw): LookupStep => {
  const failed = lookup.replies.every(({ message }) => message.rcode === 'SERVFAIL');
  return nextAttempt(lookup, nowMs, draw, failed ? 'server-failure' : 'refused');
};

const takeTcpAnswer = (lookup: Lookup, bytes: Uint8Array, nowMs: number, draw: Draw): LookupStep => {
  const now = withReply(lookup, bytes);
  if (now === undefined) return quiet(lookup);
  return now.replies.length < now.queries.length ? quiet(now) : conclude(now, now.replies, nowMs, draw);
};

/** What the answers say: addresses, or by the first that is no success why not (`__res_context_query`, resolv/res_query.c). */
const conclude = (lookup: Lookup, replies: readonly Reply[], nowMs: number, draw: Draw): LookupStep => {
  const messages = replies.map(({ message }) => message);
  const addresses = addressesIn(messages.filter(({ rcode }) => rcode === 'NOERROR'));
  if (addresses.length > 0) return done(lookup, { kind: 'resolved', name: askedName(lookup), addresses });
  const rcode = messages.find((message) => message.rcode !== 'NOERROR')?.rcode ?? 'NOERROR';
  if (rcode === 'NOERROR') return notHere(lookup, nowMs, draw, 'no-data');
  if (rcode === 'NXDOMAIN') return notHere(lookup, nowMs, draw, 'no-name');
  return exhausted({ ...lookup, heldRcode: rcode }, nowMs, draw, rcode === 'SERVFAIL' ? 'server-failure' : 'refused');
};
