import { flightFrom, newHostState, printKernelVersion, readKernelVersion } from '@nodelocal/netfilter-sim';
import type { Host } from '@nodelocal/netfilter-sim';
import { schedules } from '@nodelocal/netfilter-sim/fast-check';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { PLAIN } from '../../src/trace/paint.ts';
import { drawSchedule, exploreRace, newRaceWorld, runSchedule } from '../../src/race/index.ts';
import type { RaceExploration, RaceWorld } from '../../src/race/index.ts';
import { outcomeOf } from '../../src/race/outcome.ts';
import { lab, rules } from '../support/lab.ts';

const TO_CLUSTER_IP = '-A PREROUTING -d 10.96.0.10/32 -p udp';

const tables = fc.record({
  raw: fc.subarray([
    '-A PREROUTING -d 10.96.0.10/32 -p udp -m udp --sport 40001 -j NOTRACK',
    '-A PREROUTING -s 10.244.1.6/32 -j CT --zone-orig 1',
  ]),
  nat: fc
    .tuple(
      fc.subarray([
        `${TO_CLUSTER_IP} -m udp --sport 40001 -j DNAT --to-destination 10.244.2.9`,
        `${TO_CLUSTER_IP} -m statistic --mode nth --every 2 --packet 0 -j DNAT --to-destination 10.244.2.7`,
      ]),
      fc.subarray([`${TO_CLUSTER_IP} -j DNAT --to-destination 10.244.2.8`]),
      fc.subarray(['-A POSTROUTING -j MASQUERADE']),
    )
    .map((parts) => parts.flat()),
  filter: fc.constant(['-A FORWARD -m conntrack --ctstate INVALID -j DROP']),
});
const kernel = fc.constantFrom('4.6', '4.18', '5.0', '5.6', '5.10', '6.18').map((text) => readKernelVersion(text) ?? expect.fail(text));
const packets = fc.array(
  fc
    .record({ pod: fc.constantFrom(['pod1', '10.244.1.5'], ['pod2', '10.244.1.6']), sport: fc.constantFrom(40_000, 40_001) })
    .map(({ pod: [device, address], sport }) => `${device}: udp ${address}:${sport} > 10.96.0.10:53`),
  { minLength: 2, maxLength: 2 },
);

/** A node, packets that arrive together, and the order in which someone lets them move. */
const race = fc.record({ tables, kernel, packets, schedule: schedules(2, { maxTurns: 10 }) });
type Race = typeof race extends fc.Arbitrary<infer Value> ? Value : never;

const setUp = (of: Race): { readonly host: Host; readonly world: RaceWorld } => {
  const host = { ...lab(rules(of.tables)).host, kernelVersion: of.kernel };
  return { host, world: newRaceWorld(newHostState(), of.packets.map((packet) => flightFrom(host, packet, { kind: 'unknown' }))) };
};

const outcomes = ({ results }: RaceExploration): ReadonlyMap<string, string> =>
  new Map(results.map(({ outcome, share }) => [JSON.stringify(outcome), share.toFixed(9)]));

it('whatever the rules, one order comes to something that every order was said to come to', () => {
  fc.assert(
    fc.property(race, (of) => {
      const { host, world } = setUp(of);
      const { world: end, made } = runSchedule(host, world, of.schedule);
      const found = outcomeOf(end);
      const known = exploreRace(host, world).results.map(({ outcome }) => outcome);
      const timeline = drawSchedule(made, of.packets.length, PLAIN).join('\n');
      expect(known, `on Linux ${printKernelVersion(of.kernel)}:\n${timeline}\n${found.entries.join('\n')}`).toContainEqual(found);
    }),
    { numRuns: 200 },
  );
});

it('whatever the rules, leaving out orders that come to the same changes no outcome and no share', () => {
  fc.assert(
    fc.property(race, (of) => {
      const { host, world } = setUp(of);
      const reduced = exploreRace(host, world);
      expect(outcomes(reduced)).toEqual(outcomes(exploreRace(host, world, { reduced: false })));
      expect(reduced.results.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    }),
    { numRuns: 60 },
  );
});
