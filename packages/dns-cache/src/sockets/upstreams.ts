import type { Effect } from '../engine/effect.ts';
import type { ExchangeEvent } from '../server/runtime.ts';
import { createTcpUpstreams } from './tcp-upstream.ts';
import type { UpstreamExchange } from './udp-upstream.ts';
import { askUdp } from './udp-upstream.ts';

type AskEffect = Extract<Effect, { kind: 'ask' }>;
type MetricEffect = Extract<Effect, { kind: 'metric' }>;

/** The exchanges with upstreams that are under way, and the connections kept for the next ones. */
export interface Upstreams {
  ask(effect: AskEffect, heard: (event: ExchangeEvent) => void): void;
  abandon(exchange: number): void;
  close(): void;
}

export const createUpstreams = (_observe: (metric: MetricEffect) => void): Upstreams => {
  const exchanges = new Map<number, UpstreamExchange>();
  const tcp = createTcpUpstreams();
  return {
    ask(effect, heard) {
      exchanges.set(effect.exchange, effect.transport === 'udp' ? askUdp(effect, heard) : tcp.ask(effect, heard));
    },
    abandon(exchange) {
      exchanges.get(exchange)?.close();
      exchanges.delete(exchange);
    },
    close() {
      for (const exchange of exchanges.values()) exchange.close();
      tcp.close();
    },
  };
};
