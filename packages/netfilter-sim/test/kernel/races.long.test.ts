import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { weighted } from '../../src/arbitraries/words.ts';
import type { Case, CaseEvent } from '../../src/cases/case.ts';
import { budget, seed, timeoutMs } from './budget.ts';
import { whyNot } from './machine.ts';
import { Referee } from './referee.ts';
import { report } from './report.ts';

const TO_CLUSTER_IP = '-A PREROUTING -d 10.96.0.10/32 -p udp';

const table = (name: string, chains: readonly string[], lines: readonly string[]): string =>
  [`*${name}`, ...chains.map((chain) => `:${chain} ACCEPT [0:0]`), ...lines, 'COMMIT', ''].join('\n');

/** What a race is about: translation that tells packets of one flow apart, and zones. */
const rules = fc
  .record({
    raw: fc.subarray(['-A PREROUTING -s 10.244.1.6/32 -j CT --zone-orig 1', '-A PREROUTING -p udp -m udp --sport 40005 -j NOTRACK']),
    before: fc.subarray([
      `${TO_CLUSTER_IP} -m length --length 33 -j DNAT --to-destination 10.244.2.9`,
      `${TO_CLUSTER_IP} -m statistic --mode nth --every 2 --packet 0 -j DNAT --to-destination 10.244.2.7`,
    ]),
    after: fc.subarray([`${TO_CLUSTER_IP} -j DNAT --to-destination 10.244.2.8`]),
    source: fc.subarray(['-A POSTROUTING -p udp -j SNAT --to-source 172.18.0.2:40000']),
  })
  .map(({ raw, before, after, source }) =>
    [
      table('raw', ['PREROUTING', 'OUTPUT'], ['-A PREROUTING -j TRACE', '-A OUTPUT -j TRACE', ...raw]),
      // Behind the lookup, and behind everything but the source's translation and the confirmation.
      table('mangle', ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'], ['-A PREROUTING -i vpod+ -j NFQUEUE', '-A POSTROUTING -s 10.244.1.0/24 -j NFQUEUE']),
      table('nat', ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'], [...before, ...after, ...source]),
      table('filter', ['INPUT', 'FORWARD', 'OUTPUT'], []),
    ].join(''),
  );

const packet = fc.record({
  pod: fc.constantFrom(['pod1', '10.244.1.5'] as const, ['pod2', '10.244.1.6'] as const),
  sport: fc.constantFrom(40_000, 40_005),
  payload: fc.constantFrom(4, 5),
});

/** What an upstream says, prompt or slow: entries that lost a clash live for a second. */
const answer = fc.record({
  src: fc.constantFrom('10.244.2.7', '10.244.2.8', '10.244.2.9', '10.96.0.10'),
  dst: fc.constantFrom('10.244.1.5', '10.244.1.6', '172.18.0.2'),
  dport: fc.constantFrom(40_000, 40_005),
  afterMs: weighted([6, fc.constant(0)], [3, fc.constant(20)], [1, fc.constant(1100)]),
});

/** Who moves next, and how long after the move before. */
const move = fc.record({ lane: fc.nat(2), afterMs: weighted([8, fc.constant(0)], [1, fc.constant(15)]) });

/** A packet that was not sent yet is sent, one that is held goes on. */
const races = fc.record({
  rules,
  packets: fc.array(packet, { minLength: 2, maxLength: 3 }),
  schedule: fc.array(move, { maxLength: 12 }),
  answers: fc.array(answer, { maxLength: 3 }),
});
type Race = typeof races extends fc.Arbitrary<infer Value> ? Value : never;

/** Moves of a packet: until the first queue, until the second, to the end. */
const MOVES = 3;

const pause = (ms: number): readonly CaseEvent[] => (ms === 0 ? [] : [{ kind: 'wait', ms }]);

const eventsOf = ({ packets, schedule, answers }: Race): readonly CaseEvent[] => {
  const made = packets.map(() => 0);
  const sent: number[] = [];
  const rest = packets.flatMap((_, lane) => Array.from({ length: MOVES }, () => ({ lane, afterMs: 0 })));
  const moves = [...schedule.map(({ lane, afterMs }) => ({ lane: lane % packets.length, afterMs })), ...rest];
  const raced = moves.flatMap(({ lane, afterMs }): readonly CaseEvent[] => {
    const one = packets[lane];
    const count = made[lane];
    if (one === undefined || count === undefined || count >= MOVES) return [];
    made[lane] = count + 1;
    if (count > 0) return [...pause(afterMs), { kind: 'release', index: sent.indexOf(lane) }];
    sent.push(lane);
    const { pod: [from, src], sport, payload } = one;
    return [...pause(afterMs), { kind: 'send', packet: { from, proto: 'udp', src, dst: '10.96.0.10', sport, dport: 53, payload, ...HEADER } }];
  });
  const answered = answers.flatMap(({ src, dst, dport, afterMs }): readonly CaseEvent[] => [
    ...pause(afterMs),
    { kind: 'send', packet: { from: 'up', proto: 'udp', src, dst, sport: 53, dport, payload: 8, ...HEADER } },
  ]);
  return [...raced, ...answered];
};

const HEADER = { ttl: 64, tos: 0 } as const;

const SYSCTLS = { 'net.ipv4.ip_forward': '1' };
const reason = whyNot();
/** Of the suite: most of them wait for a clash to time out. */
const RACES = 60;

describe.skipIf(reason !== undefined)(`races on the live kernel, by NFQUEUE${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  const referee = reason === undefined ? new Referee() : undefined;
  afterAll(() => referee?.stop());

  it('end as they do on the model', { timeout: timeoutMs }, async () => {
    if (referee === undefined) return;
    const snapshot = await referee.snapshot('unbound');
    let agreed = 0;
    await fc.assert(
      fc.asyncProperty(races, async (race) => {
        const of: Case = { id: 'race', node: 'unbound', family: 'ipv4', sysctls: SYSCTLS, rules: race.rules, events: eventsOf(race), expect: [], conntrack: [] };
        const ruling = await referee.judgeCase(of, referee.host(snapshot, of));
        if (ruling.kind === 'disagreed') throw new Error(report(ruling));
        expect(ruling).toEqual({ kind: 'agreed' });
        agreed += 1;
      }),
      budget(RACES),
    );
    process.stdout.write(`kernel: seed ${seed}, ${agreed} races agreed\n`);
    expect(agreed).toBeGreaterThan(0);
  });
});
