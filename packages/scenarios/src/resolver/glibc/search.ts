import { candidatesOf } from '../candidates.ts';
import type { ResolverConfig } from '../config.ts';
import type { Draw, LookupFailure, LookupResult } from '../machine.ts';
import { drawPort } from '../machine.ts';
import type { Lookup, LookupStep } from './lookup.ts';
import { closed, done } from './lookup.ts';
import { transmit } from './transmit.ts';

/** Looks a name up as `getaddrinfo` of glibc 2.36 does, for addresses of both kinds. */
export const startLookup = (name: string, config: ResolverConfig, nowMs: number, draw: Draw): LookupStep => {
  const { rotate, nameservers, asking, attempts } = config;
  const search: Search = {
    config,
    candidates: candidatesOf(name, config),
    candidate: 0,
    // Chance says once in a process where it begins (`nameserver_offset`, resolv/res_send.c, 2.36).
    rotation: rotate && nameservers.length > 1 ? draw(nameservers.length) : 0,
    asking,
    failedBefore: false,
    noDataBefore: false,
    asIsResult: undefined,
  };
  // With `attempts:0` it fails before anything is sent.
  return attempts === 0
    ? done(unasked(search, new Map(), nowMs), { kind: 'failed', why: 'refused' })
    : askCandidate(search, nowMs, draw);
};

type Search = Pick<
  Lookup,
  'config' | 'candidates' | 'candidate' | 'rotation' | 'asking' | 'failedBefore' | 'noDataBefore' | 'asIsResult'
>;

/** Before the first attempt for a name. */
const unasked = (search: Search, sockets: Lookup['sockets'], nowMs: number): Lookup => ({
  ...search,
  attempt: 0,
  passed: 0,
  sockets,
  connection: undefined,
  queries: [],
  replies: [],
  heldRcode: undefined,
  gotSomewhere: false,
  deadlineMs: nowMs,
  result: undefined,
});

const askCandidate = (search: Search, nowMs: number, draw: Draw): LookupStep => {
  const types = search.config.noAaaa ? (['A'] as const) : (['A', 'AAAA'] as const);
  // Every name gets sockets of its own.
  const sockets = search.config.useVc ? [] : [[search.rotation % search.config.nameservers.length, drawPort(draw)] as const];
  const lookup = unasked(search, new Map(sockets), nowMs);
  return transmit({ ...lookup, queries: types.map((type) => ({ id: draw(65_536), type })) }, nowMs, draw);
};

const advance = (lookup: Lookup, candidate: number, nowMs: number, draw: Draw): LookupStep => {
  const { rotation, config } = lookup;
  return askCandidate({ ...closed(lookup), candidate, rotation: config.rotate ? rotation + 1 : rotation }, nowMs, draw);
};

/** The name does not exist, or has no address: the next one (`__res_context_search`, resolv/res_query.c, 2.36). */
export const notHere = (lookup: Lookup, nowMs: number, draw: Draw, why: 'no-data' | 'no-name' | 'server-failure'): LookupStep => {
  const asIs = lookup.candidates[lookup.candidate]?.asIs ?? false;
  const result: LookupResult = why === 'server-failure' ? { kind: 'failed', why } : { kind: 'not-found' };
  const noted: Lookup = {
    ...lookup,
    failedBefore: lookup.failedBefore || (why === 'server-failure' && !asIs),
    noDataBefore: lookup.noDataBefore || (why === 'no-data' && !asIs),
    asIsResult: asIs && lookup.candidate === 0 ? result : lookup.asIsResult,
  };
  return lookup.candidate + 1 < lookup.candidates.length
    ? advance(noted, lookup.candidate + 1, nowMs, draw)
    : finish(noted, result);
};

/** What the caller hears: of the name as it is where it came first; else that a name exists rather than that a server failed. */
const finish = (lookup: Lookup, last: LookupResult): LookupStep => {
  if (lookup.asIsResult !== undefined) return done(lookup, lookup.asIsResult);
  if (lookup.noDataBefore) return done(lookup, { kind: 'not-found' });
  return done(lookup, lookup.failedBefore ? { kind: 'failed', why: 'server-failure' } : last);
};

/**
 * All attempts for this name are over. A server failure goes on with the search list, a refused connection ends it, and
 * with anything else only the name as it is may still be tried.
 */
export const exhausted = (lookup: Lookup, nowMs: number, draw: Draw, why: LookupFailure): LookupStep => {
  const result: LookupResult = { kind: 'failed', why };
  const asIs = lookup.candidates.findIndex((candidate) => candidate.asIs);
  if (asIs === lookup.candidate) {
    const noted = asIs === 0 ? { ...lookup, asIsResult: result } : lookup;
    return asIs + 1 < lookup.candidates.length ? advance(noted, asIs + 1, nowMs, draw) : finish(noted, result);
  }
  if (!lookup.gotSomewhere) return done(lookup, result);
  if (lookup.heldRcode === 'SERVFAIL') return notHere(lookup, nowMs, draw, 'server-failure');
  return asIs > lookup.candidate ? advance(lookup, asIs, nowMs, draw) : finish(lookup, result);
};
