import { checkMessage } from '../../src/message/check.ts';
import { nameText } from '../../src/message/name.ts';
import { typeName } from '../../src/message/numbers.ts';
import type { AskEffect } from '../support/world.ts';
import { World } from '../support/world.ts';
import type { Difference } from './compare.ts';
import { differencesOf } from './compare.ts';
import { corefileFor } from './corefile.ts';
import type { Scenario, ScenarioQuestion, Step } from './scenario.ts';

export interface Failure extends Difference {
  /** The step's own number. */
  readonly step: number;
}

/** A step that speaks of no question. */
const NO_QUESTION: ScenarioQuestion = { name: '', class: '', type: '' };

const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

/** Longer than any query may last. */
const PATIENCE_MS = 10_000;

const keyOf = ({ name, type }: ScenarioQuestion): string => `${name.toLowerCase()} ${type}`;

const keyOfWire = (wire: Uint8Array): string => {
  const message = checkMessage(wire);
  if (message.kind === 'malformed' || message.question === undefined) return '';
  return keyOf({ name: nameText(message.question.name), type: typeName(message.question.type), class: 'IN' });
};

/**
 * In scenarios about time CD is there to keep unbound's validator out, and DO to have OPT in the answer; its RRsets serve
 * all. Here both are part of the key (C-24, C-25 of the requirements), and the scenario would be about that.
 */
const ABOUT_TIME = /^\s*(?:cache-m(?:ax|in)-|serve-)/;
const CD = 0x10;
const DO = 0x80;
const OPT_OCTETS = 11;

const withoutDnssecBits = (query: Uint8Array): Uint8Array => {
  const message = checkMessage(query);
  const copy = query.slice();
  copy[3] = (copy[3] ?? 0) & ~CD;
  const [opt] = message.kind === 'message' ? message.records.filter(({ type }) => type === 41) : [];
  if (opt !== undefined) copy[opt.start + OPT_OCTETS - 4] = (copy[opt.start + OPT_OCTETS - 4] ?? 0) & ~DO;
  return copy;
};

/** The flags of the server's own query as the scenarios name them. */
const flagsOf = (wire: Uint8Array): ReadonlySet<string> => {
  const message = checkMessage(wire);
  if (message.kind === 'malformed') return new Set();
  const { header, edns } = message;
  const flags = {
    RD: header.recursionDesired,
    CD: header.checkingDisabled,
    AD: header.authenticated,
    DO: edns?.dnssecOk,
  };
  return new Set(Object.entries(flags).flatMap(([name, set]) => (set === true ? [name] : [])));
};

/** The upstream's words with the ID and the spelling that it was asked with. */
const inReplyTo = (asked: Uint8Array, wire: Uint8Array): Uint8Array => {
  const reply = wire.slice();
  const question = checkMessage(asked);
  reply.set(asked.subarray(0, 2), 0);
  if (question.kind === 'message') reply.set(asked.subarray(12, question.questionEnd), 12);
  return reply;
};

/** A run of one scenario on the server without sockets, whose clock the steps move. */
class Replay {
  readonly #world: World;
  /** What the upstream says from now on, by question; the latest step that speaks of it counts. */
  readonly #script = new Map<string, readonly { readonly need: readonly string[]; readonly wire: string }[]>();
  readonly #open: { readonly query: number; readonly key: string }[] = [];
  readonly #settled = new Set<number>();
  /** Asks that a step has expected. */
  readonly #expected = new Set<number>();
  readonly #plain: boolean;
  #seen = 0;
  readonly failures: Failure[] = [];

  constructor(config: readonly string[]) {
    this.#world = new World({ corefile: corefileFor(config) });
    this.#plain = config.some((line) => ABOUT_TIME.test(line));
  }

  /** Was this asked, without an earlier step having expected it? */
  #checkOff(key: string): boolean {
    const ask = this.#world.asks.find(
      ({ exchange, message }) => !this.#expected.has(exchange) && keyOfWire(message) === key,
    );
    if (ask !== undefined) this.#expected.add(ask.exchange);
    return ask !== undefined;
  }

  /** Asks that nobody has answered, given up or heard fail, the oldest first. */
  #pending(key?: string): readonly AskEffect[] {
    const abandoned = new Set(
      this.#world.effects.flatMap((effect) => (effect.kind === 'abandon' ? [effect.exchange] : [])),
    );
    return this.#world.asks.filter(
      ({ exchange, message }) =>
        !abandoned.has(exchange) && !this.#settled.has(exchange) && (key === undefined || keyOfWire(message) === key),
    );
  }

  #reply(ask: AskEffect, wire: Uint8Array): void {
    this.#settled.add(ask.exchange);
    this.#world.reply(inReplyTo(ask.message, wire), ask.exchange);
  }

  /** The upstream answers whatever has been asked since and is in its script. */
  #answerNewAsks(): void {
    for (let ask = this.#world.asks[this.#seen]; ask !== undefined; ask = this.#world.asks[this.#seen]) {
      this.#seen += 1;
      const flags = flagsOf(ask.message);
      const found = this.#script.get(keyOfWire(ask.message))?.find(({ need }) => need.every((flag) => flags.has(flag)));
      if (found !== undefined) this.#reply(ask, fromHex(found.wire));
    }
  }

  #pass(ms: number): void {
    const end = this.#world.now + ms;
    for (
      let next = this.#world.server.nextTimeout();
      next !== undefined && next <= end;
      next = this.#world.server.nextTimeout()
    ) {
      this.#world.pass(next - this.#world.now);
      this.#answerNewAsks();
    }
    this.#world.pass(end - this.#world.now);
  }

  /** Waits for the answer as long as the server may take. */
  #answerTo(query: number): Uint8Array | undefined {
    const end = this.#world.now + PATIENCE_MS;
    for (;;) {
      const answer = this.#world.rawAnswer(query);
      const next = this.#world.server.nextTimeout();
      if (answer !== undefined || next === undefined || next > end) return answer;
      this.#pass(next - this.#world.now);
    }
  }

  take(step: Step): void {
    switch (step.op) {
      case 'query': {
        const key = keyOf(step.question ?? NO_QUESTION);
        if (step.upstream === undefined || step.upstream === null) this.#script.delete(key);
        else this.#script.set(key, step.upstream);
        const from = { address: step.client ?? '10.244.1.5', port: 40000 };
        const message = this.#plain ? withoutDnssecBits(fromHex(step.wire)) : fromHex(step.wire);
        this.#open.push({ query: this.#world.send(message, { from, transport: 'tcp' }), key });
        this.#answerNewAsks();
        return;
      }
      case 'expect': {
        const at = this.#open.findIndex(({ key }) => key === keyOf(step.question));
        const [open] = at < 0 ? [] : this.#open.splice(at, 1);
        const answer = open === undefined ? undefined : this.#answerTo(open.query);
        const differences =
          answer === undefined ? [{ about: 'silence', text: 'no answer' } as const] : differencesOf(answer, step);
        this.failures.push(...differences.map((difference) => ({ ...difference, step: step.n })));
        return;
      }
      case 'advance':
        this.#pass(step.seconds * 1000);
        return;
      case 'expectUpstream':
        if (!this.#checkOff(keyOf(step.question))) {
          this.failures.push({
            about: 'upstream',
            step: step.n,
            text: `the upstream was not asked for ${keyOf(step.question)}`,
          });
        }
        return;
      case 'upstreamReply': {
        const [ask] = this.#pending(keyOf(step.question));
        if (ask !== undefined) this.#reply(ask, fromHex(step.wire));
        this.#answerNewAsks();
        return;
      }
      case 'upstreamTimeout': {
        const next = this.#world.server.nextTimeout();
        if (this.#pending().length > 0 && next !== undefined) this.#pass(next - this.#world.now);
        return;
      }
      case 'upstreamError': {
        const [ask] = this.#pending();
        if (ask === undefined) return;
        this.#settled.add(ask.exchange);
        this.#world.fail('refused', ask.exchange);
        this.#answerNewAsks();
      }
    }
  }
}

/** What our server does otherwise than the scenario says, step by step; nothing where it agrees. */
export const replay = ({ config, steps }: Scenario): readonly Failure[] => {
  const run = new Replay(config);
  for (const step of steps) run.take(step);
  return run.failures;
};
