import type { MessageValue } from '@nodelocal/dns-cache';
import type { ResolverConfig } from '../config.ts';
import type { Draw, LookupResult, Sent } from '../machine.ts';
import { drawPort } from '../machine.ts';
import { addressesIn, isLame, queryOctets } from '../query.ts';
import type { Query } from '../query.ts';

/** One of the two questions for a name on its own way from server to server, each time from a new socket. */
export interface GoExchange {
  /** The one of the search list that is asked for, with its final dot. */
  readonly name: string;
  /** With a new number for every server. */
  readonly query: Query;
  /** Source port, 32768 to 60999. */
  readonly port: number;
  readonly transport: 'udp' | 'tcp';
  /** Index of the first nameserver; how many were asked before this one, over all attempts. */
  readonly offset: number;
  /** How many servers were asked before this one. */
  readonly asked: number;
  /** When this server is given up, in milliseconds. */
  readonly deadlineMs: number;
  /** Undefined as long as it is under way. */
  readonly outcome: GoOutcome | undefined;
}

/** The addresses of one kind, or why there are none. `addresses` are of one family, in the order of the answer. */
export type GoOutcome = { readonly kind: 'addresses'; readonly addresses: readonly string[] } | Exclude<LookupResult, { kind: 'resolved' }>;

export interface ExchangeStep {
  readonly exchange: GoExchange;
  readonly send: readonly Sent[];
}

/** What EDNS offers, always (maxDNSPacketSize, net/dnsclient_unix.go, Go 1.26). */
const EDNS_SIZE = 1232;

type Next = Pick<GoExchange, 'name' | 'offset' | 'asked' | 'transport'> & { readonly type: Query['type'] };

/** Asks one server (`exchange`, net/dnsclient_unix.go). */
export const ask = ({ name, offset, asked, transport, type }: Next, config: ResolverConfig, nowMs: number, draw: Draw, id?: number): ExchangeStep => {
  const { nameservers, timeoutMs } = config;
  const port = drawPort(draw);
  const query: Query = { id: id ?? draw(65_536), type };
  const to = nameservers[(offset + asked) % nameservers.length] ?? '127.0.0.1';
  const message = queryOctets(name, query, config, EDNS_SIZE);
  return {
    exchange: { name, query, port, transport, offset, asked, deadlineMs: nowMs + timeoutMs, outcome: undefined },
    send: [transport === 'udp' ? { kind: 'datagram', port, to, message } : { kind: 'tcp-query', connection: port, to, message }],
  };
};

const ended = (exchange: GoExchange, outcome: GoOutcome): ExchangeStep => ({ exchange: { ...exchange, outcome, deadlineMs: Infinity }, send: [] });

/** The next server after this one answered with an error or not at all (`tryOneName`). */
export const askNext = (exchange: GoExchange, config: ResolverConfig, nowMs: number, draw: Draw, outcome: GoOutcome): ExchangeStep => {
  const asked = exchange.asked + 1;
  const { name, offset, query } = exchange;
  return asked < config.attempts * config.nameservers.length
    ? ask({ name, offset, asked, transport: config.useVc ? 'tcp' : 'udp', type: query.type }, config, nowMs, draw)
    : ended(exchange, outcome);
};

/** What an answer leads to: the end of this question, the same server by TCP, or another server. */
export const takeAnswer = (exchange: GoExchange, message: MessageValue, config: ResolverConfig, nowMs: number, draw: Draw): ExchangeStep => {
  const { name, offset, asked, query, transport } = exchange;
  if (message.truncated && transport === 'udp') {
    return ask({ name, offset, asked, transport: 'tcp', type: query.type }, config, nowMs, draw, query.id);
  }
  const { rcode } = message;
  if (rcode === 'NXDOMAIN') return ended(exchange, { kind: 'not-found' });
  if (rcode !== 'NOERROR' || isLame(message)) {
    return askNext(exchange, config, nowMs, draw, { kind: 'failed', why: rcode === 'SERVFAIL' ? 'server-failure' : 'refused' });
  }
  const addresses = addressesIn([message]);
  return ended(exchange, addresses.length > 0 ? { kind: 'addresses', addresses } : { kind: 'not-found' });
};
