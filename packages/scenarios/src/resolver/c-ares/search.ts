import { candidatesOf } from '../candidates.ts';
import type { ResolverConfig } from '../config.ts';
import type { Draw, LookupResult } from '../machine.ts';
import type { CaresLookup, CaresQuery, CaresStep } from './lookup.ts';
import { askedName, transmit } from './transmit.ts';

/** Looks a name up with c-ares 1.18.1, for addresses of both kinds. */
export const startCares =
  (by: CaresLookup['by']) =>
  (name: string, config: ResolverConfig, nowMs: number, draw: Draw): CaresStep => {
    const lookup: CaresLookup = {
      by,
      config,
      startedMs: nowMs,
      candidates: candidatesOf(name, config),
      candidate: 0,
      queries: [],
      sockets: new Map(),
      connections: new Map(),
      begun: 0,
      deadlineMs: nowMs,
      result: undefined,
    };
    return askCandidate(lookup, nowMs, draw);
  };

const askCandidate = (lookup: CaresLookup, nowMs: number, draw: Draw): CaresStep => {
  const { config, begun } = lookup;
  const queries = (['A', 'AAAA'] as const).map(
    (type, index): CaresQuery => ({
      query: { id: draw(65_536), type },
      server: config.rotate ? (begun + index) % config.nameservers.length : 0,
      tries: 0,
      skipped: [],
      byTcp: false,
      sentBy: [],
      deadlineMs: nowMs,
      outcome: undefined,
    }),
  );
  return queries.reduce<CaresStep>(
    (step, query) => {
      const next = transmit(step.lookup, query, nowMs, draw);
      return { lookup: next.lookup, send: [...step.send, ...next.send] };
    },
    { lookup: { ...lookup, queries, begun: begun + queries.length }, send: [] },
  );
};

/**
 * Both questions are through. Any address is enough; otherwise the one that came last decides: where its name or its
 * addresses do not exist the search goes on, and anything else ends it (`host_callback`, src/lib/ares_getaddrinfo.c, 1.18.1).
 */
export const conclude = (lookup: CaresLookup, nowMs: number, draw: Draw): CaresStep => {
  const { queries, candidates, candidate } = lookup;
  const byType = queries.toSorted((a, b) => a.query.type.localeCompare(b.query.type));
  const addresses = byType.flatMap(({ outcome }) => (outcome?.kind === 'addresses' ? outcome.addresses : []));
  if (addresses.length > 0) return done(lookup, { kind: 'resolved', name: askedName(lookup), addresses });
  // Node's two questions have an end each: here the pair has failed where one of them has.
  const failed = lookup.by === 'node' ? byType.find(({ outcome }) => outcome?.kind === 'failed') : undefined;
  const last = (failed ?? queries.at(-1))?.outcome;
  if (last?.kind === 'failed') return done(lookup, last);
  return candidate + 1 < candidates.length
    ? askCandidate({ ...lookup, candidate: candidate + 1 }, nowMs, draw)
    : done(lookup, { kind: 'not-found' });
};

const done = (lookup: CaresLookup, result: LookupResult): CaresStep => ({ lookup: { ...lookup, result }, send: [] });
