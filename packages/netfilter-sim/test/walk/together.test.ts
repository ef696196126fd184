import { atLeast, newHostState, runTogether, seededChance } from '@nodelocal/netfilter-sim';
import type { Host, JourneyAmongOthers, KernelVersion } from '@nodelocal/netfilter-sim';
import { expect, it } from 'vitest';
import { flightFrom } from '../../src/flight/written.ts';
import { lab, rules } from '../support/lab.ts';

const BACKENDS = [
  '-A PREROUTING -d 10.96.0.10/32 -p udp -m statistic --mode random --probability 0.5 -j DNAT --to-destination 10.244.2.7',
  '-A PREROUTING -d 10.96.0.10/32 -p udp -j DNAT --to-destination 10.244.2.8',
];
const QUERY = 'pod1: udp 10.244.1.5:40000 > 10.96.0.10:53';

const { host: node } = lab(rules({ nat: BACKENDS }));
const race = (host: Host, seed: number): readonly JourneyAmongOthers[] =>
  runTogether(host, newHostState(), [QUERY, QUERY].map((packet) => flightFrom(host, packet, { kind: 'unknown' })), seededChance(seed));
const outcomes = (host: Host, seed: number): readonly string[] => race(host, seed).map(({ journey }) => journey.outcome.kind);
const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);

it.each<KernelVersion>([{ major: 4, minor: 18 }, { major: 6, minor: 18 }])('two packets of a flow at once: before 5.6 one may be lost, never both (%j)', (kernelVersion) => {
  const host = { ...node, kernelVersion };
  const lost = SEEDS.map((seed) => outcomes(host, seed).filter((kind) => kind === 'dropped').length);
  expect(Math.max(...lost)).toBe(atLeast(kernelVersion, 5, 6) ? 0 : 1);
  expect(race(host, 7)).toEqual(race(host, 7));
});

it('one packet alone goes as ever', () => {
  const [alone] = runTogether(node, newHostState(), [flightFrom(node, QUERY, { kind: 'unknown' })], seededChance(1));
  expect(alone?.journey.outcome.kind).toBe('forwarded');
});

it('each step has its turn, and a turn is one packet’s', () => {
  for (const seed of SEEDS) {
    const lanes = race(node, seed);
    for (const { journey, turns } of lanes) {
      expect(turns).toHaveLength(journey.trace.length);
      expect(turns).toEqual(turns.toSorted((a, b) => a - b));
    }
    const [one, other] = lanes.map(({ turns }) => new Set(turns.slice(1)));
    expect([...(one ?? [])].filter((turn) => other?.has(turn))).toEqual([]);
  }
});
