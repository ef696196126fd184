import type { MessageValue } from '@nodelocal/dns-cache';
import { encodeQuery, readMessage } from '@nodelocal/dns-cache';
import { candidatesOf } from './candidates.ts';
import type { Candidate } from './candidates.ts';
import type { ResolverConfig } from './config.ts';

/** What glibc's `getaddrinfo` came to. */
export type LookupResult =
  | { readonly kind: 'resolved'; readonly name: string; readonly addresses: readonly string[] }
  /** No name of the search list has an address (EAI_NONAME). */
  | { readonly kind: 'not-found' }
  /** Nobody answered, or only with an error (EAI_AGAIN). */
  | { readonly kind: 'failed'; readonly why: 'timed-out' | 'refused' | 'server-failure' };

/** A lookup in progress: A and AAAA of one name at a time, both from one socket. */
export interface Lookup {
  readonly config: ResolverConfig;
  readonly candidates: readonly Candidate[];
  /** Index of the name that is being asked for. */
  readonly candidate: number;
  /** From 0; every nameserver is tried once in each. */
  readonly attempt: number;
  readonly nameserver: number;
  /** Source port: every name gets a socket of its own. */
  readonly port: number;
  readonly queries: readonly Query[];
  /** A server failed for an earlier name, so "not found" would say too much. */
  readonly failedBefore: boolean;
  /** When the present attempt is given up, in milliseconds. */
  readonly deadlineMs: number;
  readonly result: LookupResult | undefined;
}

interface Query {
  readonly id: number;
  readonly type: 'A' | 'AAAA';
  readonly reply: MessageValue | undefined;
}

export type LookupEvent =
  | { readonly kind: 'datagram'; readonly port: number; readonly message: Uint8Array }
  /** An ICMP error came back for the socket. */
  | { readonly kind: 'refused'; readonly port: number }
  | { readonly kind: 'timeout' };

export interface Datagram {
  readonly port: number;
  readonly to: string;
  readonly message: Uint8Array;
}

/** The lookup as it stands now, and what it sends. */
export interface LookupStep {
  readonly lookup: Lookup;
  readonly send: readonly Datagram[];
}

/** A whole number from 0 to `below` − 1. */
export type Draw = (below: number) => number;

export const startLookup = (name: string, config: ResolverConfig, nowMs: number, draw: Draw): LookupStep =>
  askCandidate({ config, candidates: candidatesOf(name, config), candidate: 0, failedBefore: false }, nowMs, draw);

/** Linux hands out ports from this range (net.ipv4.ip_local_port_range). */
const EPHEMERAL = { first: 32_768, count: 28_232 } as const;

const askCandidate = (
  search: Pick<Lookup, 'config' | 'candidates' | 'candidate' | 'failedBefore'>,
  nowMs: number,
  draw: Draw,
): LookupStep => {
  const types = ['A', 'AAAA'] as const;
  const { config, candidates, candidate, failedBefore } = search;
  return transmit({
    config,
    candidates,
    candidate,
    failedBefore,
    attempt: 0,
    nameserver: 0,
    port: EPHEMERAL.first + draw(EPHEMERAL.count),
    queries: types.map((type) => ({ id: draw(65_536), type, reply: undefined })),
    deadlineMs: nowMs + config.timeoutMs,
    result: undefined,
  });
};

/** Sends what is not answered yet, A before AAAA (`send_dg`, resolv/res_send.c). */
const transmit = (lookup: Lookup): LookupStep => {
  const name = askedName(lookup);
  const to = lookup.config.nameservers[lookup.nameserver] ?? '127.0.0.1';
  const open = lookup.queries.filter(({ reply }) => reply === undefined);
  return {
    lookup,
    send: open.map(({ id, type }) => ({ port: lookup.port, to, message: encodeQuery({ id, name, type }) })),
  };
};

const quiet = (lookup: Lookup): LookupStep => ({ lookup, send: [] });
const done = (lookup: Lookup, result: LookupResult): LookupStep => quiet({ ...lookup, result });

export const stepLookup = (lookup: Lookup, event: LookupEvent, nowMs: number, draw: Draw): LookupStep => {
  if (lookup.result !== undefined) return quiet(lookup);
  switch (event.kind) {
    case 'timeout':
      return nowMs < lookup.deadlineMs ? quiet(lookup) : nextAttempt(lookup, nowMs, draw, 'timed-out');
    case 'refused':
      return event.port === lookup.port ? nextAttempt(lookup, nowMs, draw, 'refused') : quiet(lookup);
    case 'datagram':
      return event.port === lookup.port ? takeReply(lookup, event.message, nowMs, draw) : quiet(lookup);
  }
};

/** Another nameserver, or the same ones once more; then it is given up with this name. */
const nextAttempt = (lookup: Lookup, nowMs: number, draw: Draw, why: 'timed-out' | 'refused' | 'server-failure'): LookupStep => {
  const { nameservers, attempts, timeoutMs } = lookup.config;
  const last = lookup.nameserver + 1 >= nameservers.length;
  const next = { ...lookup, nameserver: last ? 0 : lookup.nameserver + 1, attempt: lookup.attempt + (last ? 1 : 0) };
  if (next.attempt < attempts) {
    const queries = lookup.queries.map((query) => (isError(query.reply) ? { ...query, reply: undefined } : query));
    return transmit({ ...next, queries, deadlineMs: nowMs + timeoutMs });
  }
  if (why === 'server-failure') return nextCandidate({ ...lookup, failedBefore: true }, nowMs, draw);
  // A silent server ends the search; only the name as it is may still be tried.
  const asIs = lookup.candidates.findIndex((candidate) => candidate.asIs);
  return asIs > lookup.candidate
    ? askCandidate({ ...lookup, candidate: asIs }, nowMs, draw)
    : done(lookup, { kind: 'failed', why });
};

const nextCandidate = (lookup: Lookup, nowMs: number, draw: Draw): LookupStep => {
  if (lookup.candidate + 1 < lookup.candidates.length) {
    return askCandidate({ ...lookup, candidate: lookup.candidate + 1 }, nowMs, draw);
  }
  return done(lookup, lookup.failedBefore ? { kind: 'failed', why: 'server-failure' } : { kind: 'not-found' });
};

/** Answers after which glibc asks elsewhere (`send_dg`, resolv/res_send.c, 2.36). */
const ERRORS = ['SERVFAIL', 'NOTIMP', 'REFUSED'];

const isError = (reply: MessageValue | undefined): boolean => reply !== undefined && ERRORS.includes(reply.rcode);

/** The name of the queries that are under way. */
export const askedName = ({ candidates, candidate }: Lookup): string => candidates[candidate]?.name ?? '.';

const takeReply = (lookup: Lookup, bytes: Uint8Array, nowMs: number, draw: Draw): LookupStep => {
  const message = readMessage(bytes);
  if (message.kind !== 'message' || !message.response) return quiet(lookup);
  const queries = lookup.queries.map((query) => (query.id === message.id ? { ...query, reply: message } : query));
  const now = { ...lookup, queries };
  const replies = queries.flatMap(({ reply }) => (reply === undefined ? [] : [reply]));
  return replies.length < queries.length ? quiet(now) : conclude(now, replies, nowMs, draw);
};

const conclude = (lookup: Lookup, replies: readonly MessageValue[], nowMs: number, draw: Draw): LookupStep => {
  if (replies.every(isError)) {
    const failed = replies.every(({ rcode }) => rcode === 'SERVFAIL');
    return nextAttempt(lookup, nowMs, draw, failed ? 'server-failure' : 'refused');
  }
  const addresses = replies.flatMap(({ answers }) =>
    answers.flatMap(({ data }) => (data.kind === 'address' ? [data.address] : [])),
  );
  return addresses.length > 0
    ? done(lookup, { kind: 'resolved', name: askedName(lookup), addresses })
    : nextCandidate(lookup, nowMs, draw);
};
