import type { Draw, LookupFailure } from '../machine.ts';
import { drawPort } from '../machine.ts';
import { queryOctets } from '../query.ts';
import type { CaresLookup, CaresQuery, CaresStep } from './lookup.ts';
import { withOutcome, withQuery } from './lookup.ts';

/** The name of the queries that are under way. */
export const askedName = ({ candidates, candidate }: CaresLookup): string => candidates[candidate]?.name ?? '.';

/** Asks the query's server, and waits twice as long in each round of all servers (`ares__send_query`, src/lib/ares_process.c, 1.18.1). */
export const transmit = (lookup: CaresLookup, query: CaresQuery, nowMs: number, draw: Draw): CaresStep => {
  const { config } = lookup;
  const { nameservers, timeoutMs } = config;
  const to = nameservers[query.server] ?? '127.0.0.1';
  const message = queryOctets(askedName(lookup), query.query, config, undefined);
  const deadlineMs = nowMs + timeoutMs * 2 ** Math.floor(query.tries / nameservers.length);
  const open = query.byTcp ? lookup.connections : lookup.sockets;
  const port = open.get(query.server) ?? drawPort(draw);
  const opened = new Map([...open, [query.server, port]]);
  const sentBy = query.byTcp ? [...query.sentBy, port] : query.sentBy;
  const now = { ...lookup, ...(query.byTcp ? { connections: opened } : { sockets: opened }) };
  return {
    lookup: withQuery(now, { ...query, sentBy, deadlineMs }),
    send: [query.byTcp ? { kind: 'tcp-query', connection: port, to, message } : { kind: 'datagram', port, to, message }],
  };
};

/**
 * The next server that has not failed for this query, round and round; by TCP never twice on one connection
 * (`next_server`, src/lib/ares_process.c, 1.18.1).
 */
export const nextServer = (lookup: CaresLookup, query: CaresQuery, why: LookupFailure, nowMs: number, draw: Draw): CaresStep => {
  const { nameservers, attempts } = lookup.config;
  const servers = nameservers.length;
  for (let passed = 1; query.tries + passed < servers * attempts; passed += 1) {
    const server = (query.server + passed) % servers;
    const connection = lookup.connections.get(server);
    const usedUp = query.byTcp && connection !== undefined && query.sentBy.includes(connection);
    if (query.skipped.includes(server) || usedUp) continue;
    return transmit(lookup, { ...query, server, tries: query.tries + passed }, nowMs, draw);
  }
  return { lookup: withOutcome(lookup, query, { kind: 'failed', why }), send: [] };
};

/** The next server, and this one never again; where it is the only one it is asked again. */
export const skipServer = (lookup: CaresLookup, query: CaresQuery, why: LookupFailure, nowMs: number, draw: Draw): CaresStep => {
  const skipped = lookup.config.nameservers.length > 1 ? [...query.skipped, query.server] : query.skipped;
  return nextServer(lookup, { ...query, skipped }, why, nowMs, draw);
};
