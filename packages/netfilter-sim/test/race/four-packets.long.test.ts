import { flightFrom, newHostState } from '@nodelocal/netfilter-sim';
import { expect, it } from 'vitest';
import { exploreRace, newRaceWorld } from '../../src/race/index.ts';
import { lab, rules } from '../support/lab.ts';

const BACKENDS = [
  '-A PREROUTING -d 10.96.0.10/32 -p udp -m statistic --mode random --probability 0.5 -j DNAT --to-destination 10.244.2.7',
  '-A PREROUTING -d 10.96.0.10/32 -p udp -j DNAT --to-destination 10.244.2.8',
];
const QUERY = 'pod1: udp 10.244.1.5:40000 > 10.96.0.10:53';

it('counts every order of four packets of one socket to two backends', () => {
  const { host } = lab(rules({ nat: BACKENDS, filter: ['-A FORWARD -m conntrack --ctstate INVALID -j DROP'] }));
  const flights = Array.from({ length: 4 }, () => flightFrom(host, QUERY, { kind: 'unknown' }));
  expect(exploreRace(host, newRaceWorld(newHostState(), flights)).schedules).toBe(63_063_000);
});
