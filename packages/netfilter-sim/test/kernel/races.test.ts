import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Case, CaseEvent } from '../../src/cases/case.ts';
import { readKernelVersion } from '../../src/kernel-version.ts';
import { readNode, withSysctls } from '../../src/snapshot/node.ts';
import { Kernel } from './kernel.ts';
import { release, whyNot } from './machine.ts';
import { askModel } from './model.ts';
import { NODES } from './nodes.ts';
import { differences } from './observation.ts';
import { rulesOf } from './referee.ts';

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
      table('mangle', ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'], ['-A PREROUTING -j NFQUEUE', '-A POSTROUTING -j NFQUEUE']),
      table('nat', ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'], [...before, ...after, ...source]),
      table('filter', ['INPUT', 'FORWARD', 'OUTPUT'], []),
    ].join(''),
  );

const packet = fc.record({
  pod: fc.constantFrom(['pod1', '10.244.1.5'] as const, ['pod2', '10.244.1.6'] as const),
  sport: fc.constantFrom(40_000, 40_005),
  payload: fc.constantFrom(4, 5),
});

/** Packets, and who moves next: a packet that was not sent yet is sent, one that is held goes on. */
const races = fc.record({ rules, packets: fc.array(packet, { minLength: 2, maxLength: 3 }), schedule: fc.array(fc.nat(2), { maxLength: 12 }) });
type Race = typeof races extends fc.Arbitrary<infer Value> ? Value : never;

/** Moves of a packet: until the first queue, until the second, to the end. */
const MOVES = 3;

const eventsOf = ({ packets, schedule }: Race): readonly CaseEvent[] => {
  const made = packets.map(() => 0);
  const sent: number[] = [];
  const order = [...schedule.map((lane) => lane % packets.length), ...packets.flatMap((_, lane) => Array.from({ length: MOVES }, () => lane))];
  return order.flatMap((lane): readonly CaseEvent[] => {
    const one = packets[lane];
    const moves = made[lane];
    if (one === undefined || moves === undefined || moves >= MOVES) return [];
    made[lane] = moves + 1;
    if (moves > 0) return [{ kind: 'release', index: sent.indexOf(lane) }];
    sent.push(lane);
    const { pod: [from, src], sport, payload } = one;
    return [{ kind: 'send', packet: { from, proto: 'udp', src, dst: '10.96.0.10', sport, dport: 53, payload, ttl: 64, tos: 0 } }];
  });
};

const SYSCTLS = { 'net.ipv4.ip_forward': '1' };
const reason = whyNot();
const seed = Number(process.env['KERNEL_SEED'] ?? Date.now() % 2 ** 31);

describe.skipIf(reason !== undefined)(`races on the live kernel, by NFQUEUE${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  const kernel = reason === undefined ? new Kernel() : undefined;
  afterAll(() => kernel?.stop());

  it('end as they do on the model', async () => {
    if (kernel === undefined) return;
    const snapshot = await kernel.node('unbound', NODES.unbound);
    const version = readKernelVersion(release());
    await fc.assert(
      fc.asyncProperty(races, async (race) => {
        const of: Case = { id: 'race', node: 'unbound', family: 'ipv4', sysctls: SYSCTLS, rules: race.rules, events: eventsOf(race), expect: [], conntrack: [] };
        const answer = await kernel.run(of);
        if (answer.kind === 'refused') throw new Error(answer.why);
        const { host } = readNode(withSysctls(snapshot, SYSCTLS), { ruleSets: rulesOf(of.rules, of.family), ...(version === undefined ? {} : { kernelVersion: version }) });
        expect(differences(answer.observation, askModel(answer.timed, host, answer.endedAtMs))).toEqual([]);
      }),
      { seed, numRuns: Number(process.env['KERNEL_RACES'] ?? 100) },
    );
  });
});
