import { atLeast, flightFrom, milliseconds, newHostState, printKernelVersion, seconds, seededChance, send } from '@nodelocal/netfilter-sim';
import type { Host, KernelVersion } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { checkLaw, exploreRace, newRaceWorld } from '../../src/race/index.ts';
import type { Law, RaceExploration } from '../../src/race/index.ts';
import { lab, rules } from '../support/lab.ts';

const TRACKED = ['-A FORWARD -m conntrack --ctstate INVALID -j DROP'];
const RANDOM_BACKENDS = [
  '-A PREROUTING -d 10.96.0.10/32 -p udp -m statistic --mode random --probability 0.5 -j DNAT --to-destination 10.244.2.7',
  '-A PREROUTING -d 10.96.0.10/32 -p udp -j DNAT --to-destination 10.244.2.8',
];
const NOTRACK = [
  '-A PREROUTING -d 10.96.0.10/32 -p udp -m udp --dport 53 -j NOTRACK',
  '-A OUTPUT -s 10.96.0.10/32 -p udp -m udp --sport 53 -j NOTRACK',
];
const QUERY = 'pod1: udp 10.244.1.5:40000 > 10.96.0.10:53';

const plain = lab(rules({ nat: RANDOM_BACKENDS, filter: TRACKED })).host;
const untracked = lab(rules({ raw: NOTRACK, nat: RANDOM_BACKENDS, filter: TRACKED })).host;

const worldOf = (host: Host, count: number) =>
  newRaceWorld(newHostState(), Array.from({ length: count }, () => flightFrom(host, QUERY, { kind: 'unknown' })));
const { packet } = flightFrom(plain, QUERY, { kind: 'unknown' });

const on = (host: Host, kernelVersion: KernelVersion): Host => ({ ...host, kernelVersion });
const KERNELS: readonly KernelVersion[] = [
  { major: 4, minor: 6 },
  { major: 4, minor: 18 },
  { major: 4, minor: 19 },
  { major: 5, minor: 0 },
  { major: 5, minor: 6 },
  { major: 5, minor: 10 },
  { major: 6, minor: 18 },
];

const NAMED = KERNELS.map((kernel) => [printKernelVersion(kernel), kernel] as const);

/** Part of all orders in which the law is broken. */
const brokenShare = (host: Host, { results }: RaceExploration, law: Law, count = 2): number =>
  results
    .filter(({ world }) => checkLaw(law, host, world, Array.from({ length: count }, () => packet)).kind === 'broken')
    .reduce((sum, { share }) => sum + share, 0);

const LOST: Law = { kind: 'no-packet-lost' };

describe('the explorer', () => {
  it.each(NAMED)('comes to the same with and without reduction, on %s', (_name, kernel) => {
    const host = on(plain, kernel);
    const world = worldOf(host, 2);
    const view = ({ results, schedules }: RaceExploration): unknown => ({
      schedules,
      results: new Map(results.map(({ outcome, share }) => [JSON.stringify(outcome), share.toFixed(9)])),
    });
    const [reduced, whole] = [exploreRace(host, world), exploreRace(host, world, { reduced: false })];
    expect(view(reduced)).toEqual(view(whole));
    expect(reduced.schedules).toBe(70);
    expect(reduced.worlds * 4).toBeLessThan(whole.worlds);
  });

  it('counts every order of three packets', () => {
    expect(exploreRace(plain, worldOf(plain, 3)).schedules).toBe(34_650);
  });
});

describe('two queries of one socket to two backends', () => {
  it.each(NAMED)('are both delivered from 5.6 on, and not before (%s)', (_name, kernel) => {
    const host = on(plain, kernel);
    const share = brokenShare(host, exploreRace(host, worldOf(host, 2)), LOST);
    if (atLeast(kernel, 5, 6)) expect(share).toBe(0);
    else expect(share).toBeGreaterThan(0.3);
  });

  it('are both answered on a new kernel, unless the answer takes longer than a second', () => {
    const found = exploreRace(plain, worldOf(plain, 2));
    const translated = (after: number): Law => ({ kind: 'replies-translated', after: milliseconds(after) });
    expect(brokenShare(plain, found, translated(5))).toBe(0);
    expect(brokenShare(plain, found, translated(1500))).toBeGreaterThan(0.1);
  });
});

describe('NOTRACK in both directions', () => {
  it.each([2, 3, 4])('loses none of %d packets in any order, and leaves nothing', (count) => {
    for (const kernel of KERNELS) {
      const host = on(untracked, kernel);
      const found = exploreRace(host, worldOf(host, count));
      expect(brokenShare(host, found, LOST, count)).toBe(0);
      expect(brokenShare(host, found, { kind: 'table-empty', after: seconds(0) }, count)).toBe(0);
      expect(found.results).toHaveLength(1);
    }
  });
});

describe('an entry that is kept for replies', () => {
  it.each([
    [{ major: 5, minor: 6 }, ['10.96.0.10', '10.244.2.8']],
    [{ major: 5, minor: 10 }, ['10.96.0.10', '10.96.0.10']],
  ])('goes with its first reply until 5.9: %o', (kernel, expected) => {
    const host = on(plain, kernel);
    const state = exploreRace(host, worldOf(host, 2)).results.find(({ outcome }) => outcome.hidden === 1)?.world.state;
    const kept = [...(state?.conntrack.entries.values() ?? [])].find(({ status }) => status.natClash);
    if (state === undefined || kept === undefined) throw new Error('no order keeps an entry');
    const reply = `eth0: udp ${kept.reply.src}:53 > 10.244.1.5:40000`;
    let now = state;
    const sources = [1, 2].map(() => {
      const sent = send(host, now, flightFrom(host, reply, { kind: 'unknown' }), seededChance(1));
      now = sent.state;
      return sent.journey.packet.src;
    });
    expect(sources).toEqual(expected.map((source) => (source === '10.96.0.10' ? source : kept.reply.src)));
  });
});
