import type { Draw, Sent } from '../machine.ts';
import { drawPort } from '../machine.ts';
import { queryOctets } from '../query.ts';
import type { Query } from '../query.ts';
import type { Lookup, LookupStep } from './lookup.ts';
import { askedName, closed, serverIndex, withSocket } from './lookup.ts';

/** What `edns0` offers (RESOLV_EDNS_BUFFER_SIZE, resolv/resolv-internal.h, glibc 2.36). */
const EDNS_SIZE = 1200;

const octets = (lookup: Lookup, query: Query): Uint8Array =>
  queryOctets(askedName(lookup), query, lookup.config, lookup.config.edns0 ? EDNS_SIZE : undefined);

const server = (lookup: Lookup): string => lookup.config.nameservers[serverIndex(lookup)] ?? '127.0.0.1';

/**
 * How long a nameserver is waited for (`send_dg`, resolv/res_send.c, 2.36): the first one the whole timeout, each
 * further one twice as long as the one before, shared among all; whole seconds, at least one.
 */
const patienceMs = (lookup: Lookup): number => {
  const index = serverIndex(lookup);
  const seconds = (lookup.config.timeoutMs / 1000) * 2 ** index;
  return Math.max(1, Math.floor(index === 0 ? seconds : seconds / lookup.config.nameservers.length)) * 1000;
};

/** Asks the present nameserver from the beginning: what was answered before in this attempt is asked for again. */
export const transmit = (lookup: Lookup, nowMs: number, draw: Draw): LookupStep => {
  if (lookup.config.useVc) return transmitByTcp(lookup, draw);
  const { lookup: open, port } = withSocket(lookup, draw);
  const asked = open.asking === 'together' ? open.queries : open.queries.slice(0, 1);
  return {
    lookup: { ...open, replies: [], deadlineMs: nowMs + patienceMs(open) },
    send: asked.map((query): Sent => ({ kind: 'datagram', port, to: server(open), message: octets(open, query) })),
  };
};

/** AAAA after A is answered; with `single-request-reopen` from a new socket. */
export const transmitSecond = (lookup: Lookup, draw: Draw): LookupStep => {
  const { lookup: open, port } = withSocket(lookup.asking === 'single-request-reopen' ? closed(lookup) : lookup, draw);
  const second = open.queries.slice(1);
  return {
    lookup: open,
    send: second.map((query): Sent => ({ kind: 'datagram', port, to: server(open), message: octets(open, query) })),
  };
};

/** Both questions by one connection, whatever `single-request` says (`send_vc`). Nothing limits the wait. */
export const transmitByTcp = (lookup: Lookup, draw: Draw): LookupStep => {
  const connection = drawPort(draw);
  return {
    lookup: { ...closed(lookup), connection, replies: [], deadlineMs: Infinity },
    send: lookup.queries.map((query): Sent => ({ kind: 'tcp-query', connection, to: server(lookup), message: octets(lookup, query) })),
  };
};
