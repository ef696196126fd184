import type { Draw, LookupEvent } from '../machine.ts';
import { addressesIn, answerTo } from '../query.ts';
import type { CaresLookup, CaresOutcome, CaresQuery, CaresStep } from './lookup.ts';
import { queryAt, withOutcome } from './lookup.ts';
import { conclude } from './search.ts';
import { askedName, nextServer, skipServer, transmit } from './transmit.ts';

type Change = (lookup: CaresLookup, query: CaresQuery) => CaresStep;

const quiet = (lookup: CaresLookup): CaresStep => ({ lookup, send: [] });

/** The lookup after an event; what is not for it changes nothing. */
export const stepCares = (lookup: CaresLookup, event: LookupEvent, nowMs: number, draw: Draw): CaresStep => {
  if (lookup.result !== undefined) return quiet(lookup);
  const step = change(lookup, event, nowMs, draw);
  const through = step.lookup.queries.every(({ outcome }) => outcome !== undefined);
  return through ? conclude(step.lookup, nowMs, draw) : step;
};

const change = (lookup: CaresLookup, event: LookupEvent, nowMs: number, draw: Draw): CaresStep => {
  switch (event.kind) {
    case 'timeout':
      if (nowMs < lookup.deadlineMs) return quiet(lookup);
      return forEach(lookup, ({ deadlineMs }) => deadlineMs <= nowMs, (now, query) => nextServer(now, query, 'timed-out', nowMs, draw));
    case 'refused':
      return broken(lookup, serverOf(lookup.sockets, event.port), false, nowMs, draw);
    case 'tcp-closed':
      return broken(lookup, serverOf(lookup.connections, event.connection), true, nowMs, draw);
    case 'datagram':
      return takeAnswer(lookup, event.message, serverOf(lookup.sockets, event.port), false, nowMs, draw);
    case 'tcp-answer':
      return takeAnswer(lookup, event.message, serverOf(lookup.connections, event.connection), true, nowMs, draw);
  }
};

const serverOf = (ports: ReadonlyMap<number, number>, port: number): number | undefined => [...ports].find(([, own]) => own === port)?.[0];

/** Changes queries that are under way, one after the other. */
const forEach = (lookup: CaresLookup, concerned: (query: CaresQuery) => boolean, act: Change): CaresStep =>
  lookup.queries
    .filter((query) => query.outcome === undefined && concerned(query))
    .reduce<CaresStep>((step, { query: { type } }) => {
      const query = queryAt(step.lookup, type);
      if (query === undefined) return step;
      const next = act(step.lookup, query);
      return { lookup: next.lookup, send: [...step.send, ...next.send] };
    }, quiet(lookup));

/** An error on a socket: the server's sockets are closed, and whoever asks it goes elsewhere (`handle_error`). */
const broken = (lookup: CaresLookup, server: number | undefined, byTcp: boolean, nowMs: number, draw: Draw): CaresStep => {
  if (server === undefined) return quiet(lookup);
  const without = (ports: ReadonlyMap<number, number>): ReadonlyMap<number, number> => new Map([...ports].filter(([own]) => own !== server));
  const now: CaresLookup = { ...lookup, sockets: without(lookup.sockets), connections: without(lookup.connections) };
  return forEach(now, (query) => query.server === server && query.byTcp === byTcp, (then, query) => skipServer(then, query, 'refused', nowMs, draw));
};

/** Answers after which another server is asked (`process_answer`, src/lib/ares_process.c, 1.18.1). */
const ELSEWHERE = ['SERVFAIL', 'NOTIMP', 'REFUSED'];

const takeAnswer = (lookup: CaresLookup, bytes: Uint8Array, server: number | undefined, byTcp: boolean, nowMs: number, draw: Draw): CaresStep => {
  const open = lookup.queries.filter((query) => query.outcome === undefined && query.server === server && query.byTcp === byTcp);
  const answer = answerTo(bytes, askedName(lookup), open.map(({ query }) => query));
  const query = answer && queryAt(lookup, answer.query.type);
  if (answer === undefined || query === undefined) return quiet(lookup);
  const { message } = answer;
  if (message.truncated && !byTcp) return transmit(lookup, { ...query, byTcp: true }, nowMs, draw);
  const why = message.rcode === 'SERVFAIL' ? 'server-failure' : 'refused';
  // Node sets ARES_FLAG_NOCHECKRESP (src/cares_wrap.cc, Node 18).
  if (lookup.by === 'getaddrinfo' && ELSEWHERE.includes(message.rcode)) return skipServer(lookup, query, why, nowMs, draw);
  const addresses = addressesIn([message]);
  const found: CaresOutcome = addresses.length > 0 ? { kind: 'addresses', addresses } : { kind: 'not-found' };
  const known = message.rcode === 'NOERROR' || message.rcode === 'NXDOMAIN';
  return quiet(withOutcome(lookup, query, known ? found : { kind: 'failed', why }));
};
