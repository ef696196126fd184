import type { Draw, LookupFailure, Step } from '../machine.ts';
import { drawPort } from '../machine.ts';
import { queryOctets } from '../query.ts';
import type { NodeConnection, NodeLookup, NodeQuery } from './lookup.ts';
import { withOutcome, withQuery } from './lookup.ts';

/**
 * Waits twice as long in each round of all servers, less up to a half by chance, but never less than the timeout
 * (`ares_calc_query_timeout`, src/lib/ares_process.c, 1.34.6).
 */
const patienceMs = ({ config }: NodeLookup, { tries }: NodeQuery, draw: Draw): number => {
  const round = Math.floor(tries / config.nameservers.length);
  if (round === 0) return config.timeoutMs;
  const whole = config.timeoutMs * 2 ** round;
  return Math.max(config.timeoutMs, whole - Math.floor((whole * draw(65_536)) / (2 * 65_535)));
};

/** The server with the fewest failures, of several the first; with `rotate` any. */
const chooseServer = ({ config, failures }: NodeLookup, draw: Draw): number =>
  config.rotate && failures.length > 1 ? draw(failures.length) : failures.indexOf(Math.min(...failures));

/** A TCP connection is shared; a UDP socket only as long as its server has not failed, since it may be the port that is blocked. */
const connectionTo = (lookup: NodeLookup, server: number, byTcp: boolean, draw: Draw): NodeConnection => {
  const transport = byTcp ? 'tcp' : 'udp';
  const open = lookup.connections.find((one) => one.server === server && one.transport === transport);
  const shared = byTcp || lookup.failures[server] === 0 ? open : undefined;
  return shared ?? { server, transport, port: drawPort(draw) };
};

/** Sends a query to the server that is the best now (`ares_send_query`, src/lib/ares_process.c, 1.34.6). */
export const transmit = (lookup: NodeLookup, query: NodeQuery, nowMs: number, draw: Draw): Step<NodeLookup> => {
  const server = chooseServer(lookup, draw);
  const connection = connectionTo(lookup, server, query.byTcp, draw);
  const to = lookup.config.nameservers[server] ?? '127.0.0.1';
  const message = queryOctets(lookup.name, query.query, lookup.config, undefined);
  const connections = lookup.connections.includes(connection) ? lookup.connections : [...lookup.connections, connection];
  const dueMs = nowMs + patienceMs(lookup, query, draw);
  return {
    lookup: withQuery({ ...lookup, connections }, { ...query, connection, dueMs }),
    send: [
      query.byTcp
        ? { kind: 'tcp-query', connection: connection.port, to, message }
        : { kind: 'datagram', port: connection.port, to, message },
    ],
  };
};

/** Once more, as long as there are attempts left for all servers together (`ares_requeue_query`). */
export const transmitAgain = (lookup: NodeLookup, query: NodeQuery, why: LookupFailure, nowMs: number, draw: Draw): Step<NodeLookup> => {
  const tries = query.tries + 1;
  const { attempts, nameservers } = lookup.config;
  return tries < attempts * nameservers.length
    ? transmit(lookup, { ...query, tries }, nowMs, draw)
    : { lookup: withOutcome(lookup, query, { kind: 'failed', why }), send: [] };
};
