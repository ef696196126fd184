import type { ResolverConfig } from '../config.ts';
import type { Draw, LookupEvent, Step } from '../machine.ts';
import { addressesIn, answerTo } from '../query.ts';
import type { NodeConnection, NodeLookup, NodeOutcome, NodeQuery } from './lookup.ts';
import { tidied, withFailure, withOutcome } from './lookup.ts';
import { transmit, transmitAgain } from './transmit.ts';

/** Asks for both kinds of addresses of a name, as it is. */
export const startNode = (name: string, config: ResolverConfig, nowMs: number, draw: Draw): Step<NodeLookup> => {
  const queries = (['A', 'AAAA'] as const).map(
    (type): NodeQuery => ({
      query: { id: draw(65_536), type },
      tries: 0,
      byTcp: config.useVc,
      connection: undefined,
      dueMs: Infinity,
      outcome: undefined,
    }),
  );
  const lookup: NodeLookup = {
    config,
    name: name.endsWith('.') ? name : `${name}.`,
    startedMs: nowMs,
    failures: config.nameservers.map(() => 0),
    connections: [],
    queries,
    deadlineMs: nowMs,
    result: undefined,
  };
  return forEach(lookup, queries, (now, query) => transmit(now, query, nowMs, draw));
};

/** Changes queries one after the other. */
const forEach = (
  lookup: NodeLookup,
  concerned: readonly NodeQuery[],
  act: (lookup: NodeLookup, query: NodeQuery) => Step<NodeLookup>,
): Step<NodeLookup> =>
  concerned.reduce<Step<NodeLookup>>(
    (step, query) => {
      const next = act(step.lookup, query);
      return { lookup: next.lookup, send: [...step.send, ...next.send] };
    },
    { lookup, send: [] },
  );

/** The lookup after an event; what is not for it changes nothing. */
export const stepNode = (lookup: NodeLookup, event: LookupEvent, nowMs: number, draw: Draw): Step<NodeLookup> => {
  if (lookup.result !== undefined) return { lookup, send: [] };
  const { lookup: changed, send } = change(lookup, event, nowMs, draw);
  const through = changed.queries.every(({ outcome }) => outcome !== undefined);
  return { lookup: through ? concluded(changed) : tidied(changed), send };
};

const change = (lookup: NodeLookup, event: LookupEvent, nowMs: number, draw: Draw): Step<NodeLookup> => {
  const on = (transport: 'udp' | 'tcp', port: number): NodeConnection | undefined =>
    lookup.connections.find((one) => one.transport === transport && one.port === port);
  switch (event.kind) {
    case 'timeout':
      return nowMs < lookup.deadlineMs ? { lookup, send: [] } : timedOut(lookup, nowMs, draw);
    case 'refused':
      return broken(lookup, on('udp', event.port), nowMs, draw);
    case 'tcp-closed':
      return broken(lookup, on('tcp', event.connection), nowMs, draw);
    case 'datagram':
      return takeAnswer(lookup, event.message, on('udp', event.port), nowMs, draw);
    case 'tcp-answer':
      return takeAnswer(lookup, event.message, on('tcp', event.connection), nowMs, draw);
  }
};

/** Queries whose time is over, the earliest first: each counts against its server. */
const timedOut = (lookup: NodeLookup, nowMs: number, draw: Draw): Step<NodeLookup> => {
  const late = lookup.queries.filter(({ dueMs }) => dueMs <= nowMs).toSorted((a, b) => a.dueMs - b.dueMs);
  return forEach(lookup, late, (now, query) =>
    transmitAgain(withFailure(now, query.connection?.server ?? 0), query, 'timed-out', nowMs, draw),
  );
};

/** A connection with an error is closed, which counts once, and all that waited on it is sent again. */
const broken = (lookup: NodeLookup, connection: NodeConnection | undefined, nowMs: number, draw: Draw): Step<NodeLookup> => {
  if (connection === undefined) return { lookup, send: [] };
  const left = lookup.connections.filter((one) => one !== connection);
  const waiting = lookup.queries.filter((query) => query.connection?.port === connection.port);
  return forEach(withFailure({ ...lookup, connections: left }, connection.server), waiting, (now, query) =>
    transmitAgain(now, query, 'refused', nowMs, draw),
  );
};

/** Any answer is the answer, an error too, since Node sets ARES_FLAG_NOCHECKRESP (src/cares_wrap.cc, Node 20). */
const takeAnswer = (lookup: NodeLookup, bytes: Uint8Array, connection: NodeConnection | undefined, nowMs: number, draw: Draw): Step<NodeLookup> => {
  const waiting = lookup.queries.filter((query) => connection !== undefined && query.connection?.port === connection.port);
  const answer = answerTo(bytes, lookup.name, waiting.map(({ query }) => query));
  const query = waiting.find((one) => one.query === answer?.query);
  if (connection === undefined || answer === undefined || query === undefined) return { lookup, send: [] };
  const { message } = answer;
  if (message.truncated && !query.byTcp) return transmit(lookup, { ...query, byTcp: true }, nowMs, draw);
  const failures = lookup.failures.map((count, index) => (index === connection.server ? 0 : count));
  const addresses = addressesIn([message]);
  const outcome = addresses.length > 0 ? ({ kind: 'addresses', addresses } as const) : withoutAddresses(message.rcode);
  return { lookup: withOutcome({ ...lookup, failures }, query, outcome), send: [] };
};

const withoutAddresses = (rcode: string): NodeOutcome => {
  if (rcode === 'NOERROR' || rcode === 'NXDOMAIN') return { kind: 'not-found' };
  return { kind: 'failed', why: rcode === 'SERVFAIL' ? 'server-failure' : 'refused' };
};

/** The addresses of both; without any, that one of the two failed, or else that nothing was found. */
const concluded = (lookup: NodeLookup): NodeLookup => {
  const outcomes = lookup.queries.flatMap(({ outcome }) => outcome ?? []);
  const addresses = outcomes.flatMap((outcome) => (outcome.kind === 'addresses' ? outcome.addresses : []));
  if (addresses.length > 0) return { ...lookup, result: { kind: 'resolved', name: lookup.name, addresses } };
  const failed = outcomes.find((outcome) => outcome.kind === 'failed');
  return { ...lookup, result: failed?.kind === 'failed' ? failed : { kind: 'not-found' } };
};
