import { createNameServer, parseCorefile } from '@nodelocal/dns-cache';
import type { Corefile, Effect, NameServer } from '@nodelocal/dns-cache';
import type { Metrics } from '../../src/observe/metrics.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { seeded } from '../support/world.ts';
import { answersOf } from './compare.ts';
import type { AskedQuery, Conversation, Seen, SeenStep, ShownAnswer } from './conversation.ts';
import type { Places } from './mask.ts';
import { filled, masked, samplesOf } from './mask.ts';
import { queryOctets } from './query.ts';
import type { ScriptedServer } from './scripted.ts';
import { scriptedServer } from './scripted.ts';
import { show } from './show.ts';

/** Where the recorder's placeholders are. */
const PLACES: Places = { port: 53, metrics: '127.0.0.1:9153', folder: '/conversation', upstreams: { up1: 5301, up2: 5302, up3: 5303 } };
/** Their answers come in so many milliseconds. */
const ROUND_TRIP_MS = 1;
/** No signature that is recorded begins or ends to hold in the years around. */
const RECORDED_AT_MS = Date.UTC(2026, 10, 30);
const PATIENCE_MS = 1500;
const AFTER_QUERY_MS = 30;
const AFTER_BURST_MS = 50;

/** What cannot be played here: signals and files that change are the agent's. */
export const isForAgent = ({ steps }: Conversation): boolean => steps.some(({ signal, write }) => signal !== undefined || write !== undefined);

/**
 * Plays a conversation with the name server alone, in virtual time, as slowly as it went when it was recorded: where a client
 * waited in vain then, or where it was written down when a step began, the next step begins as late here.
 *
 * @throws CorefileError
 */
export const play = async (conversation: Conversation, recorded: Seen, seed = 1): Promise<Seen> => {
  const upstreams = new Map<number, ScriptedServer>(Object.entries(conversation.upstreams ?? {}).map(([name, script]) => [PLACES.upstreams[name] ?? 0, scriptedServer(script)]));
  const metrics = createMetrics();
  return new Play(begin(conversation, seed), upstreams, metrics, /^\s*debug\b/m.test(conversation.corefile)).all(conversation, recorded);
};

/** What a conversation's Corefile means. @throws CorefileError */
export const read = ({ corefile }: Pick<Conversation, 'corefile'>): Corefile => parseCorefile(filled(corefile, PLACES), { file: `${PLACES.folder}/Corefile`, readImport });

/** The name server that a conversation is held with. @throws CorefileError */
export const begin = (conversation: Pick<Conversation, 'corefile' | 'files'>, seed = 1): NameServer => {
  const files = new Map(Object.entries(conversation.files ?? {}).map(([name, text]) => [`${PLACES.folder}/${name}`, filled(text, PLACES)]));
  const readFile = (path: string): string => {
    const text = files.get(path);
    if (text === undefined) throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
    return text;
  };
  return createNameServer({ corefile: read(conversation), port: PLACES.port, random: seeded(seed), readFile, unixMs: () => RECORDED_AT_MS });
};

/** There are no further Corefiles; what a pattern names may be nothing. */
const readImport = (pattern: string): readonly [] => {
  if (pattern.includes('*')) return [];
  throw new Error(`no such file: ${pattern}`);
};

type Due = { readonly at: number; readonly exchange: number; readonly message: Uint8Array | 'closed' };

class Play {
  #now = 0;
  #queries = 0;
  #due: Due[] = [];
  #log: string[] = [];
  readonly #answers = new Map<number, ShownAnswer>();

  readonly server: NameServer;
  readonly upstreams: ReadonlyMap<number, ScriptedServer>;
  readonly metrics: Metrics;
  readonly hasDebug: boolean;

  constructor(server: NameServer, upstreams: ReadonlyMap<number, ScriptedServer>, metrics: Metrics, hasDebug: boolean) {
    this.server = server;
    this.upstreams = upstreams;
    this.metrics = metrics;
    this.hasDebug = hasDebug;
  }

  async all({ steps }: Conversation, recorded: Seen): Promise<Seen> {
    this.#take(this.server.handle({ kind: 'start' }, this.#now));
    this.#pass(150);
    this.#log = [];
    for (const upstream of this.upstreams.values()) upstream.heard();
    const seen: SeenStep[] = [];
    const origin = this.#now;
    for (const [index, step] of steps.entries()) {
      this.#pass(Math.max(0, origin + (recorded.steps[index]?.at_ms ?? 0) - this.#now));
      const begun = this.#now;
      const answers = this.#do(step);
      if (answersOf(recorded.steps[index] ?? {}).includes('no answer')) this.#pass(Math.max(0, begun + (step.patience_ms ?? PATIENCE_MS) + AFTER_QUERY_MS - this.#now));
      const shown = step.metrics === undefined ? undefined : await this.#shownMetrics();
      const upstream = Object.fromEntries([...this.upstreams].map(([port, one]) => [nameOf(port), one.heard()] as const).filter(([, heard]) => heard.length > 0));
      const log = this.#log;
      this.#log = [];
      seen.push({
        at_ms: begun - origin,
        ...(answers !== undefined && { answer: answers }),
        ...(Object.keys(upstream).length > 0 && { upstream }),
        ...(log.length > 0 && { log }),
        ...(shown !== undefined && shown.length > 0 && { metrics: shown }),
      });
    }
    return { started: true, steps: seen };
  }

  #do({ wait_ms: waitMs, query, burst, patience_ms: patienceMs = PATIENCE_MS }: Conversation['steps'][number]): SeenStep['answer'] {
    if (waitMs !== undefined) this.#pass(waitMs);
    else if (query !== undefined) {
      const answer = this.#answerOf([this.#ask(query)], patienceMs)[0] ?? 'no answer';
      this.#pass(AFTER_QUERY_MS);
      return answer;
    } else if (burst !== undefined) {
      const answers = this.#answerOf(burst.map((one) => this.#ask(one)), patienceMs);
      this.#pass(AFTER_BURST_MS);
      return answers;
    }
    return undefined;
  }

  #ask(asked: AskedQuery): number {
    this.#queries += 1;
    const query = this.#queries;
    const client = { address: asked.from ?? '127.0.0.1', port: 40_000 };
    const local = { address: '127.0.0.1', port: PLACES.port };
    this.#take(this.server.handle({ kind: 'query', query, transport: asked.proto ?? 'udp', client, local, message: queryOctets(asked) }, this.#now));
    return query;
  }

  #answerOf(queries: readonly number[], patienceMs: number): readonly ShownAnswer[] {
    for (const end = this.#now + patienceMs; this.#now < end && queries.some((one) => !this.#answers.has(one)); ) this.#pass(Math.min(Math.max(1, Math.ceil(this.#nextAt() - this.#now)), end - this.#now));
    return queries.map((one) => this.#answers.get(one) ?? 'no answer');
  }

  #nextAt(): number {
    return Math.min(...this.#due.map(({ at }) => at), this.server.nextTimeout() ?? Infinity);
  }

  #pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = this.#due.toSorted((one, other) => one.at - other.at)[0];
      const next = this.#nextAt();
      if (next > end) break;
      this.#now = Math.max(this.#now, next);
      if (due !== undefined && due.at <= this.#now) {
        this.#due = this.#due.filter((one) => one !== due);
        const { exchange, message } = due;
        this.#take(this.server.handle(message === 'closed' ? { kind: 'failure', exchange, reason: 'closed' } : { kind: 'reply', exchange, message }, this.#now));
      } else this.#take(this.server.handle({ kind: 'timeout' }, this.#now));
    }
    this.#now = end;
  }

  #take(effects: readonly Effect[]): void {
    for (const effect of effects) {
      this.metrics.count(effect);
      switch (effect.kind) {
        case 'answer':
          this.#answers.set(effect.query, show(effect.message));
          break;
        case 'ask':
          this.#askUpstream(effect);
          break;
        case 'log':
          if (effect.level !== 'debug' || this.hasDebug) this.#log.push(masked(effect.line, PLACES));
          break;
        case 'abandon':
        case 'cache':
        case 'drop':
        case 'metric':
        case 'served':
        case 'tap':
      }
    }
  }

  #askUpstream({ exchange, upstream, transport, message }: Extract<Effect, { kind: 'ask' }>): void {
    const outcome = this.upstreams.get(upstream.port)?.ask(message, transport === 'udp' ? 'udp' : 'tcp');
    if (outcome === undefined) throw new RangeError(`nobody is at ${upstream.address}:${upstream.port}`);
    switch (outcome.kind) {
      case 'answers':
        this.#due.push({ at: this.#now + ROUND_TRIP_MS + outcome.delayMs, exchange, message: outcome.message });
        return;
      case 'closes':
        if (transport !== 'udp') this.#due.push({ at: this.#now + ROUND_TRIP_MS, exchange, message: 'closed' });
        return;
      case 'silent':
    }
  }

  async #shownMetrics(): Promise<readonly string[]> {
    const { text } = await this.metrics.expose(false);
    return samplesOf(text, PLACES);
  }
}

const nameOf = (port: number): string => Object.entries(PLACES.upstreams).find(([, one]) => one === port)?.[0] ?? String(port);
