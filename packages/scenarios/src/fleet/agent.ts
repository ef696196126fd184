import type { Corefile, Effect, NameServer } from '@nodelocal/dns-cache';
import type { Draw } from '../resolver/machine.ts';
import type { Clock } from '../run/clock.ts';
import { createEngine } from '../run/engine.ts';
import type { Ask } from '../run/engine.ts';
import type { Counter } from './counter.ts';
import { NotModelledError } from './not-modelled.ts';
import type { Heard, Pool } from './pool.ts';

export interface AgentOptions {
  readonly clock: Clock;
  readonly corefile: Corefile;
  readonly resolvConf: string;
  readonly draw: Draw;
  readonly counter: Counter;
  readonly previous?: Pick<NameServer, 'caches'>;
  /** A way of its own to this upstream. */
  readonly poolFor: (ask: Ask) => Pool;
}

/** The agent of a node: the real engine, and what it keeps open towards upstreams. */
export interface Agent {
  readonly server: Pick<NameServer, 'caches'>;
  /** Whom it asks about names of this zone. */
  upstreamsOf(zone: string): ReadonlySet<string>;
  /** @param answer is never called where the agent ends before it has one */
  query(client: { readonly address: string; readonly port: number }, message: Uint8Array, answer: (message: Uint8Array) => void): void;
  /** It is there no more; what waits in it is lost. */
  end(): void;
}

/** Where pods ask it; the Corefile may bind others as well, which is all one to the engine. */
const localOf = ({ listeners }: NameServer): { readonly address: string; readonly port: number } => {
  const listener = listeners.find(({ scheme }) => scheme === 'dns');
  if (listener === undefined) throw new NotModelledError('a Corefile without a block that is served over UDP');
  return { address: listener.address === '' ? '169.254.20.10' : listener.address, port: listener.port };
};

const DNS_PORT = 53;

export const createAgent = ({ clock, counter, poolFor, ...rest }: AgentOptions): Agent => {
  const waiting = new Map<number, (message: Uint8Array) => void>();
  const pools = new Map<string, Pool>();
  const asked = new Map<number, Pool>();
  let queries = 0;
  let isThere = true;

  const heardOf =
    (exchange: number): Heard =>
    (event) => {
      engine.handle({ ...event, exchange });
    };
  const ask = (effect: Ask): void => {
    const { exchange, insteadOf, upstream, transport } = effect;
    counter.count('asked');
    if (effect.purpose === 'probe') counter.count('probes');
    if (insteadOf !== undefined) asked.get(insteadOf)?.suspect(insteadOf);
    const key = `${transport} ${upstream.address} ${upstream.port}`;
    const pool = pools.get(key) ?? poolFor(effect);
    pools.set(key, pool);
    asked.set(exchange, pool);
    pool.ask(effect, heardOf(exchange));
  };

  const engine = createEngine({
    ...rest,
    clock,
    port: DNS_PORT,
    isGone: () => !isThere,
    answer(query, message) {
      const answer = waiting.get(query);
      if (answer === undefined) return;
      waiting.delete(query);
      counter.count('answers');
      answer(message);
    },
    drop: (query) => waiting.delete(query),
    ask,
    abandon(exchange) {
      asked.get(exchange)?.abandon(exchange);
      asked.delete(exchange);
    },
    observe: (effect) => countCache(effect, counter),
  });
  const local = localOf(engine.server);

  return {
    server: engine.server,
    upstreamsOf: (zone) =>
      new Set(
        engine.server
          .explain({ name: foldedName(zone), type: undefined, now: clock.nowMs })
          .flatMap(({ says }) => says.flatMap((said) => (said.kind === 'forward' ? said.upstreams.map(({ address }) => address) : []))),
      ),
    query(client, message, answer) {
      if (!isThere) {
        counter.count('cut');
        return;
      }
      queries += 1;
      waiting.set(queries, answer);
      engine.handle({ kind: 'query', query: queries, transport: 'udp', client, local, message });
    },
    end() {
      if (!isThere) return;
      isThere = false;
      for (const _ of waiting) counter.count('cut');
      waiting.clear();
      for (const pool of pools.values()) pool.close();
    },
  };
};

/** As the engine writes names: each label behind its length. */
const foldedName = (name: string): string => name.split('.').map((label) => `${String.fromCharCode(label.length)}${label}`).join('');

const countCache = (effect: Effect, counter: Counter): void => {
  if (effect.kind !== 'cache') return;
  switch (effect.outcome) {
    case 'hit':
      counter.count(effect.stale ? 'staleHits' : effect.store === 'denial' ? 'denialHits' : 'hits');
      return;
    case 'miss':
      counter.count('misses');
      if (effect.coalesced) counter.count('coalesced');
      return;
    case 'refresh':
      counter.count('refreshes');
      return;
    case 'stored':
    case 'mismatch':
  }
};
