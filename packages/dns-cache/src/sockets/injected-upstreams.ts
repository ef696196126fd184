import type { Endpoint } from '../address.ts';
import type { ExchangeEvent } from '../engine/runtime.ts';
import type { UpstreamTransport } from '../message/link.ts';
import { failureOf } from './failure.ts';
import { yieldToNode } from './node-turn.ts';
import type { Upstreams } from './upstreams.ts';

/** A question that would go out to an upstream. */
export interface UpstreamQuestion {
  readonly upstream: Endpoint;
  readonly transport: UpstreamTransport;
  /** For a client, or only to see whether the upstream is there. */
  readonly purpose: 'query' | 'probe';
  /** A DNS message, without the length that TCP puts before it. */
  readonly message: Uint8Array;
}

/**
 * Answers in the place of upstreams with a DNS message, which is checked like one from the network. An error with the
 * system's code (`ECONNREFUSED`) is that failure, any other a connection that was closed.
 * @param abandoned when the answer is no longer waited for
 */
export type AnswerUpstream = (question: UpstreamQuestion, abandoned: AbortSignal) => Promise<Uint8Array>;

export const createInjectedUpstreams = (answer: AnswerUpstream): Upstreams => {
  const underWay = new Map<number, AbortController>();
  const abandon = (exchange: number): void => {
    underWay.get(exchange)?.abort();
    underWay.delete(exchange);
  };
  return {
    ask({ exchange, upstream, transport, purpose, message }, heard) {
      const controller = new AbortController();
      underWay.set(exchange, controller);
      const tell = (event: ExchangeEvent): void => {
        if (underWay.get(exchange) === controller) heard(exchange, event);
      };
      // Within a promise also what it throws at once is a failure.
      const answered = (async () => answer({ upstream, transport, purpose, message }, controller.signal))();
      yieldToNode();
      void answered.then(
        (reply) => tell({ kind: 'reply', message: reply }),
        (error: unknown) => tell({ kind: 'failure', ...failureOf(error instanceof Error ? error : new Error(String(error))) }),
      );
    },
    abandon,
    close() {
      for (const exchange of underWay.keys()) abandon(exchange);
    },
  };
};
