import type { Effect, NameServer } from '@nodelocal/dns-cache';
import { createNameServer, parseCorefile } from '@nodelocal/dns-cache';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../support/world.ts';
import { heapInUse, MEBI } from './heap.ts';
import { faultOf, mayBeDropped, mayBeForwarded, mayBeKept } from './invariants.ts';
import type { Mutant } from './mutation.ts';
import { mutant, mutate } from './mutation.ts';
import { fuzzSeed, packetCount, packetPool, poolNote, queryPool } from './pool.ts';

const plain = 'success 1024\n denial 1024';
/** What answers entries after and before their time, by the same octets. */
const stale = `${plain}\n serve_stale 1h immediate 30s\n prefetch 1 10m 50%`;

const createServer = (cache: string): NameServer =>
  createNameServer({
    corefile: parseCorefile(`. {\n log\n errors\n cache {\n ${cache}\n }\n forward . 192.0.2.53\n}`, {
      file: 'Corefile',
    }),
    port: 53,
    readFile: () => '',
    random: seeded(7),
  });

const peers = {
  client: { address: '10.244.1.5', port: 40000 },
  local: { address: '10.96.0.10', port: 53 },
};

type Ask = Extract<Effect, { kind: 'ask' }>;

/** One server through a whole run, so that what one packet does to it meets the next. */
class Subject {
  readonly #server: NameServer;
  #now = 0;
  #query = 0;

  constructor(cache: string) {
    this.#server = createServer(cache);
  }

  query(message: Uint8Array, transport: 'udp' | 'tcp'): readonly Effect[] {
    this.#query += 1;
    this.#now += 3;
    return this.#server.handle({ kind: 'query', query: this.#query, transport, ...peers, message }, this.#now);
  }

  reply(ask: Ask, message: Uint8Array): readonly Effect[] {
    return this.#server.handle({ kind: 'reply', exchange: ask.exchange, message }, this.#now);
  }

  wait(seconds: number): void {
    this.#now += seconds * 1000;
  }

  /** Nobody answers: until nothing is due any more. */
  giveUp(): readonly Effect[] {
    const effects: Effect[] = [];
    for (
      let next = this.#server.nextTimeout(), turns = 0;
      next !== undefined && turns < 50;
      next = this.#server.nextTimeout(), turns += 1
    ) {
      this.#now = Math.max(this.#now, next);
      effects.push(...this.#server.handle({ kind: 'timeout' }, this.#now));
    }
    return effects;
  }
}

const answersIn = (effects: readonly Effect[]): readonly Uint8Array[] =>
  effects.flatMap((effect) => (effect.kind === 'answer' ? [effect.message] : []));
const SERVFAIL = 2;
const isFailure = (answer: Uint8Array): boolean => ((answer[3] ?? 0) & 15) === SERVFAIL;

const asksIn = (effects: readonly Effect[]): readonly Ask[] => effects.filter((effect) => effect.kind === 'ask');

/** Runs a property and says how much more memory is in use at the end than after a tenth of it. */
const growthOver = (count: number, one: (mutation: Mutant, tcp: boolean) => void): number => {
  let early = 0;
  let runs = 0;
  fc.assert(
    fc.property(mutant, fc.boolean(), (mutation, tcp) => {
      one(mutation, tcp);
      runs += 1;
      if (runs === Math.ceil(count / 10)) early = heapInUse();
    }),
    // What a packet meets is what those before it left behind: shrinking one of them alone would say nothing.
    { numRuns: count, seed: fuzzSeed(), endOnFailure: true },
  );
  return heapInUse() - early;
};

/** For runs that are longer than CI's. */
const patience = 1_200_000;

describe(`mutated packets, without sockets${poolNote}`, () => {
  it(
    'from clients: each is dropped, answered or asked on as the RFCs say, and memory stays flat',
    () => {
      const subject = new Subject(plain);
      const growth = growthOver(packetCount(60_000, 0.6), (mutation, tcp) => {
        const transport = tcp ? 'tcp' : 'udp';
        const query = mutate(mutation, mutation.packet % 3 === 0 ? packetPool : queryPool);
        const effects = subject.query(query, transport);
        const [asks, answers] = [asksIn(effects), answersIn(effects)];
        const dropped = effects.some(({ kind }) => kind === 'drop');
        expect(Number(dropped) + asks.length + answers.length).toBe(1);
        expect(dropped).toBe(mayBeDropped(query));
        if (asks.length > 0) expect(mayBeForwarded(query)).toBe(true);
        // Whoever is not answered at once is so when all upstreams have been waited for.
        for (const answer of answers.length > 0 || dropped ? answers : answersIn(subject.giveUp())) {
          expect(faultOf(query, answer, transport)).toBeUndefined();
        }
      });
      expect(growth).toBeLessThan(16 * MEBI);
    },
    patience,
  );

  it(
    'from upstreams: nothing is kept but a reply to what was asked, and every client is answered well',
    () => {
      const subjects = [new Subject(plain), new Subject(stale)];
      let asked = 0;
      const growth = growthOver(packetCount(30_000, 0.4), (mutation, tcp) => {
        const transport = tcp ? 'tcp' : 'udp';
        const query = queryPool[mutation.packet % queryPool.length] ?? new Uint8Array();
        const subject = subjects[mutation.packet % 2] ?? new Subject(plain);
        const effects = subject.query(query, transport);
        const [ask] = asksIn(effects);
        if (ask === undefined) return;
        asked += 1;
        const bent = mutate(mutation, packetPool);
        // Half of the replies have the right ID, and many of those the right question, so that they get further.
        const reply = mutation.packet % 4 < 2 ? bent : graft(ask.message, bent);
        const heard = subject.reply(ask, reply);
        const stored = heard.some((effect) => effect.kind === 'cache' && effect.outcome === 'stored');
        // That nobody had an answer is kept as well (RFC 9520).
        if (stored && !answersIn(heard).some(isFailure)) expect(mayBeKept(ask.message, reply)).toBe(true);
        const answers = [...answersIn(effects), ...answersIn(heard), ...answersIn(subject.giveUp())];
        expect(answers).toHaveLength(1);
        for (const answer of answers) expect(faultOf(query, answer, transport)).toBeUndefined();
        // Seconds or an hour later the same octets go out with other TTLs, or after their time.
        subject.wait(mutation.packet % 3 === 0 ? 3000 : mutation.packet % 11);
        const again = answersIn(subject.query(query, transport));
        for (const answer of again) expect(faultOf(query, answer, transport)).toBeUndefined();
        subject.giveUp();
      });
      expect(asked).toBeGreaterThan(1000);
      expect(growth).toBeLessThan(16 * MEBI);
    },
    patience,
  );
});

/** The question of `asked` and the ID, with whatever follows the header and an old question of the same kind in `bent`. */
const graft = (asked: Uint8Array, bent: Uint8Array): Uint8Array => {
  const end = asked.indexOf(0, 12) + 5;
  const old = bent.indexOf(0, 12) + 5;
  const header = bent.length >= 12 ? bent.subarray(0, 12) : asked.subarray(0, 12);
  const reply = new Uint8Array(
    Buffer.concat([header, asked.subarray(12, end), old > 16 ? bent.subarray(old) : new Uint8Array()]),
  );
  reply.set(asked.subarray(0, 2), 0);
  reply.set([((header[2] ?? 0) & 0x06) | 0x81, header[3] ?? 0, 0, 1], 2);
  return reply.subarray(0, 65_535);
};
