import type {
  CorefileOptions,
  Effect,
  Endpoint,
  FailureReason,
  MessageValue,
  NameServer,
  QueryOptions,
  ResponseOptions,
} from '@nodelocal/dns-cache';
import { createNameServer, encodeQuery, encodeResponse, parseCorefile, readMessage } from '@nodelocal/dns-cache';
import type { OwnShare } from '../../src/message/share.ts';
import { WHOLE } from '../../src/message/share.ts';

/** A small deterministic generator: the same seed gives the same run. */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

export const read = (bytes: Uint8Array): MessageValue => {
  const message = readMessage(bytes);
  if (message.kind === 'malformed') throw new Error(`malformed: ${message.reason}`);
  return message;
};

export type AskEffect = Extract<Effect, { kind: 'ask' }>;
type AnswerEffect = Extract<Effect, { kind: 'answer' }>;

const isWithoutEdns = ({ message }: AskEffect): boolean => read(message).edns === undefined;

const client: Endpoint = { address: '10.244.1.5', port: 40000 };

export interface WorldOptions {
  readonly corefile: string;
  /** Files by their paths; not only in the form of resolv.conf. */
  readonly resolvConf?: Readonly<Record<string, string>>;
  readonly seed?: number;
  readonly machine?: Partial<CorefileOptions>;
  /** Which names come to it, where it is one of several. */
  readonly share?: OwnShare;
  /** What the calendar says, in milliseconds since 1970. */
  readonly unixMs?: () => number;
}

/** A name server with a clock that a test moves, and everything it ever wanted. */
export class World {
  readonly server: NameServer;
  readonly effects: Effect[] = [];
  now = 0;
  #lastQuery = 0;

  constructor({ corefile, resolvConf = {}, seed = 1, machine = {}, share = WHOLE, unixMs }: WorldOptions) {
    this.server = createNameServer({
      corefile: parseCorefile(corefile, { ...machine, file: 'Corefile' }),
      port: 53,
      random: seeded(seed),
      share,
      ...(unixMs !== undefined && { unixMs }),
      readFile: (path) => {
        const text = resolvConf[path];
        if (text === undefined) throw new Error('no such file');
        return text;
      },
    });
  }

  /** Sends bytes; gives the query's number. */
  send(
    message: Uint8Array,
    options: { transport?: 'udp' | 'tcp' | 'tls'; local?: string; port?: number; from?: Endpoint } = {},
  ): number {
    this.#lastQuery += 1;
    const { transport = 'udp', local = '10.96.0.10', port = 53, from = client } = options;
    const query = this.#lastQuery;
    this.#take(
      this.server.handle(
        { kind: 'query', query, transport, client: from, local: { address: local, port }, message },
        this.now,
      ),
    );
    return query;
  }

  ask(options: Partial<QueryOptions> & { name: string }, transport: 'udp' | 'tcp' = 'udp'): number {
    return this.send(encodeQuery({ id: 4711, type: 'A', ...options }), { transport });
  }

  /** The listeners are open. */
  start(): readonly Effect[] {
    return this.#take(this.server.handle({ kind: 'start' }, this.now));
  }

  changeFile(path: string, text: string): readonly Effect[] {
    return this.#take(this.server.handle({ kind: 'file', path, text }, this.now));
  }

  #take(effects: readonly Effect[]): readonly Effect[] {
    this.effects.push(...effects);
    return effects;
  }

  /** What upstreams were asked for clients. */
  get asks(): readonly AskEffect[] {
    return this.effects.filter((effect): effect is AskEffect => effect.kind === 'ask' && effect.purpose === 'query');
  }

  /** How upstreams were probed. */
  get probes(): readonly AskEffect[] {
    return this.effects.filter((effect): effect is AskEffect => effect.kind === 'ask' && effect.purpose === 'probe');
  }

  get lastAsk(): AskEffect {
    const ask = this.asks.at(-1);
    if (ask === undefined) throw new Error('nothing was asked');
    return ask;
  }

  reply(message: Uint8Array, exchange = this.lastAsk.exchange): readonly Effect[] {
    return this.#take(this.server.handle({ kind: 'reply', exchange, message }, this.now));
  }

  /** The upstream answers what it was asked, in its own words, and says the same when it is asked again for that. */
  respond(options: Omit<ResponseOptions, 'id' | 'question'>, ask = this.lastAsk): readonly Effect[] {
    const { length } = this.asks;
    const effects = this.reply(responseTo(ask.message, options), ask.exchange);
    const again = this.asks[length];
    return again === undefined || !isWithoutEdns(again) ? effects : this.respond(options, again);
  }

  fail(
    reason: FailureReason,
    exchange = this.lastAsk.exchange,
  ): readonly Effect[] {
    return this.#take(this.server.handle({ kind: 'failure', exchange, reason }, this.now));
  }

  /** The server did not run for so long. */
  stall(ms: number): void {
    this.#take(this.server.handle({ kind: 'stalled', ms }, this.now));
  }

  /** Moves the clock, stopping wherever the server wants to be called. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (let next = this.server.nextTimeout(); next !== undefined && next <= end; next = this.server.nextTimeout()) {
      this.now = Math.max(this.now, next);
      this.#take(this.server.handle({ kind: 'timeout' }, this.now));
    }
    this.now = end;
  }

  rawAnswer(query: number): Uint8Array | undefined {
    return this.effects.find((effect): effect is AnswerEffect => effect.kind === 'answer' && effect.query === query)
      ?.message;
  }

  answer(query: number): MessageValue {
    const message = this.rawAnswer(query);
    if (message === undefined) throw new Error(`query ${query} has no answer`);
    return read(message);
  }

  /** The name, the labels' values, the value: what was counted or measured. */
  get metrics(): readonly string[] {
    return this.effects.flatMap((effect) =>
      effect.kind === 'metric' ? [[effect.metric, ...effect.labels, effect.value].join(' ')] : [],
    );
  }

  get lines(): readonly string[] {
    return this.effects.flatMap((effect) => (effect.kind === 'log' ? [effect.line] : []));
  }

  /** `miss`, `stored success 30`, `hit success`: what the cache did. */
  get cacheSteps(): readonly string[] {
    return this.effects.flatMap((effect) => {
      if (effect.kind !== 'cache') return [];
      if (effect.outcome === 'stored') return [`stored ${effect.store} ${effect.lifeSeconds}`];
      if (effect.outcome === 'hit') return [`${effect.stale ? 'stale' : 'hit'} ${effect.store}`];
      if (effect.outcome === 'miss') return [effect.coalesced ? 'joined' : 'miss'];
      return [effect.outcome];
    });
  }
}

export const responseTo = (asked: Uint8Array, options: Omit<ResponseOptions, 'id' | 'question'>): Uint8Array => {
  const { id, question, recursionDesired } = read(asked);
  if (question === undefined) throw new Error('no question');
  return encodeResponse({ id, question, recursionDesired, recursionAvailable: true, ...options });
};

export const a = (name: string, address: string, ttlSeconds: number) =>
  ({ name, type: 'A', ttlSeconds, data: { kind: 'address', address } }) as const;

export const soa = (name: string, ttlSeconds: number, minimum: number) =>
  ({
    name,
    type: 'SOA',
    ttlSeconds,
    data: {
      kind: 'start-of-authority',
      mname: `ns.${name}`,
      rname: `hostmaster.${name}`,
      serial: 1,
      refresh: 7200,
      retry: 1800,
      expire: 86400,
      minimum,
    },
  }) as const;

export const alias = (name: string, target: string, ttlSeconds: number) =>
  ({ name, type: 'CNAME', ttlSeconds, data: { kind: 'name', name: target } }) as const;
