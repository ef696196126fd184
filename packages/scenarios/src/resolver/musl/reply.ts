import type { Draw, LookupEvent, LookupResult, Step } from '../machine.ts';
import { addressesIn, answerTo } from '../query.ts';
import type { Reply } from '../query.ts';
import type { MuslLookup } from './lookup.ts';
import { askedByUdp, askedName, openQueries } from './lookup.ts';
import { askCandidate, sendAgain, sendByTcp, sendToAll } from './transmit.ts';

const quiet = (lookup: MuslLookup): Step<MuslLookup> => ({ lookup, send: [] });
const done = (lookup: MuslLookup, result: LookupResult): Step<MuslLookup> => quiet({ ...lookup, result });

/** The lookup after an event; what is not for it changes nothing. */
export const stepMusl = (lookup: MuslLookup, event: LookupEvent, nowMs: number, draw: Draw): Step<MuslLookup> => {
  if (lookup.result !== undefined) return quiet(lookup);
  switch (event.kind) {
    case 'timeout':
      if (nowMs < lookup.deadlineMs) return quiet(lookup);
      return nowMs - lookup.startedMs < lookup.config.timeoutMs ? sendToAll(lookup, nowMs) : conclude(lookup, nowMs, draw);
    case 'datagram':
      return event.port === lookup.port && lookup.config.nameservers.includes(event.from)
        ? takeDatagram(lookup, event.message, event.from, nowMs, draw)
        : quiet(lookup);
    // Its socket hears of no ICMP error.
    case 'refused':
      return quiet(lookup);
    case 'tcp-answer':
      return takeTcpAnswer(lookup, event.connection, event.message, nowMs, draw);
    // One broken connection ends the waiting for all.
    case 'tcp-closed':
      return [...lookup.connections.values()].includes(event.connection) ? conclude(lookup, nowMs, draw) : quiet(lookup);
  }
};

/** A server failure is asked about again at once, a few times; other errors are as good as silence. */
const takeDatagram = (lookup: MuslLookup, bytes: Uint8Array, from: string, nowMs: number, draw: Draw): Step<MuslLookup> => {
  const reply = answerTo(bytes, askedName(lookup), askedByUdp(lookup));
  if (reply === undefined) return quiet(lookup);
  const { rcode, truncated } = reply.message;
  if (rcode === 'SERVFAIL') {
    const failed: MuslLookup = { ...lookup, heard: 'server-failure' };
    return lookup.retries > 0 ? sendAgain(failed, reply.query, from) : quiet(failed);
  }
  if (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN') return quiet({ ...lookup, heard: 'refused' });
  return truncated && lookup.hasTcp ? sendByTcp(lookup, reply.query, from, draw) : keepReply(lookup, reply, nowMs, draw);
};

/** An error by TCP ends the waiting for all (`__res_msend_rc`, src/network/res_msend.c, 1.2.5). */
const takeTcpAnswer = (lookup: MuslLookup, connection: number, bytes: Uint8Array, nowMs: number, draw: Draw): Step<MuslLookup> => {
  const asked = openQueries(lookup).filter(({ id }) => lookup.connections.get(id) === connection);
  const reply = answerTo(bytes, askedName(lookup), asked);
  if (reply === undefined) return quiet(lookup);
  const { rcode } = reply.message;
  if (rcode === 'NOERROR' || rcode === 'NXDOMAIN') return keepReply(lookup, reply, nowMs, draw);
  return conclude({ ...lookup, heard: rcode === 'SERVFAIL' ? 'server-failure' : 'refused' }, nowMs, draw);
};

const keepReply = (lookup: MuslLookup, reply: Reply, nowMs: number, draw: Draw): Step<MuslLookup> => {
  const now: MuslLookup = { ...lookup, replies: [...lookup.replies, reply] };
  return openQueries(now).length === 0 ? conclude(now, nowMs, draw) : quiet(now);
};

/**
 * The answers are read in the order of their questions, and the first that is no success decides (`name_from_dns`,
 * src/network/lookup_name.c, 1.2.3): a name that does not exist leads on to the next one, and anything else ends the search.
 */
const conclude = (lookup: MuslLookup, nowMs: number, draw: Draw): Step<MuslLookup> => {
  for (const { id } of lookup.queries) {
    const reply = lookup.replies.find(({ query }) => query.id === id);
    if (reply === undefined) return done(lookup, { kind: 'failed', why: lookup.heard ?? 'timed-out' });
    if (reply.message.rcode === 'NXDOMAIN') return nextCandidate(lookup, nowMs, draw);
  }
  const addresses = addressesIn(lookup.replies.map(({ message }) => message));
  return done(lookup, addresses.length > 0 ? { kind: 'resolved', name: askedName(lookup), addresses } : { kind: 'not-found' });
};

const nextCandidate = (lookup: MuslLookup, nowMs: number, draw: Draw): Step<MuslLookup> =>
  lookup.candidate + 1 < lookup.candidates.length
    ? askCandidate({ ...lookup, candidate: lookup.candidate + 1 }, nowMs, draw)
    : done(lookup, { kind: 'not-found' });
