import type { ResolverConfig } from '../config.ts';
import type { Draw, Sent, Step } from '../machine.ts';
import { drawPort } from '../machine.ts';
import { queryOctets } from '../query.ts';
import type { Query } from '../query.ts';
import type { MuslLookup, MuslSearch } from './lookup.ts';
import { askedByUdp, askedName, muslCandidates } from './lookup.ts';

/** Looks a name up as musl's `getaddrinfo` does, for addresses of both kinds. */
export const startMusl =
  (hasTcp: boolean) =>
  (name: string, config: ResolverConfig, nowMs: number, draw: Draw): Step<MuslLookup> =>
    askCandidate({ config, hasTcp, candidates: muslCandidates(name, config), candidate: 0 }, nowMs, draw);

export const askCandidate = ({ config, hasTcp, candidates, candidate }: MuslSearch, nowMs: number, draw: Draw): Step<MuslLookup> => {
  const port = drawPort(draw);
  const id = draw(65_536);
  const drawn = draw(65_536);
  // The first octets of the two numbers differ, so that they are never the same.
  const other = drawn >> 8 === id >> 8 ? (drawn + 256) % 65_536 : drawn;
  const lookup: MuslLookup = {
    config,
    hasTcp,
    candidates,
    candidate,
    port,
    queries: [
      { id, type: 'A' },
      { id: other, type: 'AAAA' },
    ],
    replies: [],
    connections: new Map(),
    startedMs: nowMs,
    sentMs: nowMs,
    retries: 0,
    heard: undefined,
    deadlineMs: nowMs,
    result: undefined,
  };
  // With `timeout:0` the time is over before anything is sent.
  return config.timeoutMs === 0 ? { lookup: { ...lookup, result: { kind: 'failed', why: 'timed-out' } }, send: [] } : sendToAll(lookup, nowMs);
};

const octets = (lookup: MuslLookup, query: Query): Uint8Array => queryOctets(askedName(lookup), query, lookup.config, undefined);

/** What is not answered yet, each question to all nameservers (`__res_msend_rc`, src/network/res_msend.c, 1.2.3). */
export const sendToAll = (lookup: MuslLookup, nowMs: number): Step<MuslLookup> => {
  const { config, port, startedMs, queries } = lookup;
  const interval = Math.floor(config.timeoutMs / Math.max(1, config.attempts));
  const deadlineMs = Math.min(nowMs + interval, startedMs + config.timeoutMs);
  return {
    lookup: { ...lookup, sentMs: nowMs, retries: 2 * queries.length, deadlineMs },
    send: askedByUdp(lookup).flatMap((query) =>
      config.nameservers.map((to): Sent => ({ kind: 'datagram', port, to, message: octets(lookup, query) })),
    ),
  };
};

/** One question once more, to the server that failed. */
export const sendAgain = (lookup: MuslLookup, query: Query, to: string): Step<MuslLookup> => ({
  lookup: { ...lookup, retries: lookup.retries - 1 },
  send: [{ kind: 'datagram', port: lookup.port, to, message: octets(lookup, query) }],
});

/** A question whose answer was truncated, by TCP to the server that said so (`start_tcp`, src/network/res_msend.c, 1.2.5). */
export const sendByTcp = (lookup: MuslLookup, query: Query, to: string, draw: Draw): Step<MuslLookup> => {
  const connection = drawPort(draw);
  return {
    lookup: { ...lookup, connections: new Map([...lookup.connections, [query.id, connection]]) },
    send: [{ kind: 'tcp-query', connection, to, message: octets(lookup, query) }],
  };
};
