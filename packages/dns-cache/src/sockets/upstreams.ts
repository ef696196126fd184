import { endpointText } from '../address.ts';
import type { ConnectionSettings, Effect } from '../engine/effect.ts';
import { createNumbered } from '../engine/numbered.ts';
import type { ExchangeEvent } from '../engine/runtime.ts';
import type { UpstreamTransport } from '../message/link.ts';
import { systemCalls } from '../loop/system-calls.ts';
import { createHttpsPool } from './https-upstream.ts';
import { yieldToNode } from './node-turn.ts';
import type { Pool } from './pool.ts';
import { createUdpPool } from './udp-pool.ts';
import type { UpstreamExchange } from './udp-upstream.ts';
import { askUdp } from './udp-upstream.ts';
import { createPool } from './upstream-pool.ts';
import { wireTo } from './upstream-wire.ts';

type AskEffect = Extract<Effect, { kind: 'ask' }>;
type MetricEffect = Extract<Effect, { kind: 'metric' }>;

/** As CoreDNS's metrics call them. */
const PROTOCOL: Readonly<Record<UpstreamTransport, string>> = { udp: 'udp', tcp: 'tcp', tls: 'tcp-tls', https: 'https' };

const POOLS_KEPT_MAX = 64;

/** The exchanges with upstreams that are under way, and the connections kept for the next ones. */
export interface Upstreams {
  ask(effect: AskEffect, heard: (exchange: number, event: ExchangeEvent) => void): void;
  abandon(exchange: number): void;
  close(): void;
}

/** @param observe told whether a connection stood ready for a client's question, as a metric. */
export const createUpstreams = (observe: (metric: MetricEffect) => void): Upstreams => {
  const exchanges = createNumbered<UpstreamExchange>();
  /** As `Specimens` of engine/runtime.ts. */
  const specimens: { exchange: unknown } = { exchange: undefined };
  const pools = new Map<ConnectionSettings, Map<UpstreamTransport, Pool>>();

  const dialled = ({ purpose, upstream, transport }: AskEffect): ((reused: boolean) => void) => {
    if (purpose === 'probe') return () => undefined;
    const labels = ['forward', endpointText(upstream), PROTOCOL[transport]];
    const metric = { kind: 'metric', labels, value: 1 } as const;
    const hit: MetricEffect = { ...metric, metric: 'coredns_proxy_conn_cache_hits_total' };
    const miss: MetricEffect = { ...metric, metric: 'coredns_proxy_conn_cache_misses_total' };
    return (reused) => observe(reused ? hit : miss);
  };

  /** Upstreams come and go with the files that name them. */
  const forgetEmpty = (): void => {
    if (pools.size < POOLS_KEPT_MAX) return;
    for (const [settings, ofUpstream] of pools) {
      if ([...ofUpstream.values()].every(({ isEmpty }) => isEmpty)) pools.delete(settings);
    }
  };

  /** `undefined` where each question has a socket of its own. */
  const poolFor = (effect: AskEffect): Pool | undefined => {
    const { connection, transport } = effect;
    const ofUpstream = pools.get(connection) ?? new Map<UpstreamTransport, Pool>();
    const known = ofUpstream.get(transport);
    if (known !== undefined) return known;
    forgetEmpty();
    const pool = createPoolFor(effect);
    if (pool === undefined) return undefined;
    ofUpstream.set(transport, pool);
    pools.set(connection, ofUpstream);
    return pool;
  };

  const createPoolFor = (effect: AskEffect): Pool | undefined => {
    const { transport, connection } = effect;
    if (transport === 'https') return createHttpsPool(effect);
    if (transport !== 'udp') return createPool(wireTo(effect, transport), connection, dialled(effect));
    const calls = systemCalls();
    return calls && createUdpPool(calls, effect, dialled(effect));
  };

  const start = (effect: AskEffect, heard: (event: ExchangeEvent) => void): UpstreamExchange => {
    if (effect.insteadOf !== undefined) exchanges.get(effect.insteadOf)?.suspect();
    const pool = poolFor(effect);
    if (pool !== undefined) return pool.ask(effect.message, heard);
    dialled(effect)(false);
    yieldToNode();
    return askUdp(effect, heard);
  };

  return {
    ask(effect, heard) {
      const { exchange } = effect;
      const started = start(effect, (event) => {
        if (event.kind === 'failure') exchanges.delete(exchange);
        heard(exchange, event);
      });
      exchanges.set(exchange, started);
      specimens.exchange = started;
    },
    abandon(exchange) {
      exchanges.get(exchange)?.close();
      exchanges.delete(exchange);
    },
    close() {
      for (const exchange of exchanges.values()) exchange.close();
      for (const ofUpstream of pools.values()) for (const pool of ofUpstream.values()) pool.close();
    },
  };
};
