import { checkLaw, drawSchedule, exploreRace, flightFrom, newHostState, newRaceWorld, printSchedule, readSchedule, runSchedule, seededChance } from '@nodelocal/netfilter-sim';
import type { Law, RaceWorld } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { lab, rules } from '../support/lab.ts';

/** Two packets of one flow, and two backends that chance picks. */
const { host } = lab(
  rules({
    nat: [
      '-A PREROUTING -d 10.96.0.10/32 -m statistic --mode random --probability 0.5 -j DNAT --to-destination 10.244.2.7',
      '-A PREROUTING -d 10.96.0.10/32 -j DNAT --to-destination 10.244.2.8',
    ],
  }),
);
const PACKETS = ['pod1: udp 10.244.1.5:4000 > 10.96.0.10:53', 'pod1: udp 10.244.1.5:4000 > 10.96.0.10:53'];
const start = (): RaceWorld => newRaceWorld(newHostState(), PACKETS.map((packet) => flightFrom(host, packet, { kind: 'unknown' })));
const fates = ({ lanes }: RaceWorld): readonly unknown[] => lanes.map(({ flight }) => [flight.stage, flight.packet]);

describe('an order of moves', () => {
  const { results } = exploreRace(host, start());

  it('comes with what chance said in it, and leads to the same end again', () => {
    expect(results.length).toBeGreaterThan(2);
    for (const { schedule, world } of results) {
      const written = printSchedule(schedule);
      const again = runSchedule(host, start(), readSchedule(written) ?? []);
      expect(fates(again.world)).toEqual(fates(world));
      expect(again.made).toEqual(schedule);
    }
    expect(results.some(({ schedule }) => /:[yn]/.test(printSchedule(schedule)))).toBe(true);
  });

  it('shows its draws', () => {
    const drawn = runSchedule(host, start(), readSchedule('1,1:n,2,2:y') ?? []).made;
    expect(drawSchedule(drawn, 2).join('\n')).toMatch(/translate destination \(n\)[^]*translate destination \(y\)/);
  });

  it.each(['', '1,', '0', '1:x', '1;2', '1:y:n'])('is not written "%s"', (text) => {
    expect(readSchedule(text)).toBeUndefined();
  });

  it('takes chance from its caller where it says nothing', () => {
    const chances = { choose: () => false as const };
    const { made } = runSchedule(host, start(), [0, 0, 1, 1], { chance: chances });
    expect(made.flatMap(({ draws }) => draws)).toEqual([false, false]);
    const seeded = seededChance(4);
    expect(runSchedule(host, start(), [0, 1], { chance: seeded }).made).toHaveLength(made.length);
  });
});

it('a law can be one’s own', () => {
  const law: Law = {
    kind: 'own',
    name: 'all to one backend',
    check: ({ world }) => {
      const backends = new Set(world.lanes.map(({ flight }) => flight.packet.dst));
      return backends.size === 1 ? { kind: 'holds' } : { kind: 'broken', why: [...backends].join(' and ') };
    },
  };
  const verdicts = exploreRace(host, start()).results.map(({ world }) => checkLaw(law, host, world, []).kind);
  expect(new Set(verdicts)).toEqual(new Set(['holds', 'broken']));
});
