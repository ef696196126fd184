import type { FleetEvent, Tally } from '@nodelocal/scenarios';
import { describe, expect, it } from 'vitest';
import { planOf, runAll, totals } from './plan.ts';

const rollout = { kind: 'rollout', startMs: 20_000, everyMs: 5000, gapMs: 3000, keepsCaches: false } as const;
const outage = { kind: 'outage', startMs: 20_000, lastsMs: 25_000, noticedMs: 10_000 } as const;

const EVENTS: readonly FleetEvent[] = [
  { kind: 'none' },
  { ...rollout, restart: 'taken-over' },
  { ...rollout, restart: 'torn-down', keepsCaches: true },
  { ...rollout, restart: 'killed' },
  { ...outage, what: 'coredns-pod' },
  { ...outage, what: 'outside' },
];

describe.each(EVENTS)('in a fleet with an event (%o)', (event) => {
  const plan = planOf({ event });
  const [without, cached]: readonly Tally[] = [runAll(plan, 'without'), runAll(plan, 'with')];
  if (without === undefined || cached === undefined) throw new TypeError('two ways');

  it('every lookup ends, and both ways have the same', () => {
    for (const { lookups, resolved, notFound, failed } of [totals(without), totals(cached)]) expect(resolved + notFound + failed).toBe(lookups);
    expect(cached.series.lookups).toEqual(without.series.lookups);
    expect(totals(cached).lookups).toBeGreaterThan(500);
  });

  it('every query goes somewhere', () => {
    for (const { queries, toAgent, direct, refused } of [totals(without), totals(cached)]) expect(toAgent + direct + refused).toBe(queries);
    expect(totals(without).direct).toBe(totals(without).queries);
    expect(totals(cached).refused > 0).toBe(event.kind === 'rollout' && event.restart === 'killed');
    expect(totals(cached).direct > 0).toBe(event.kind === 'rollout' && event.restart === 'torn-down');
  });

  it('what an agent has, it answers, or it goes with it; from its cache or not', () => {
    const { toAgent, answers, cut, hits, denialHits, staleHits, misses, coalesced } = totals(cached);
    expect(answers + cut).toBe(toAgent);
    const looked = hits + denialHits + staleHits + misses;
    expect(looked).toBeLessThanOrEqual(toAgent);
    expect(looked).toBeGreaterThanOrEqual(toAgent - cut);
    expect(coalesced).toBeLessThanOrEqual(misses);
  });

  it('servers hear what is asked, but for what is lost', () => {
    const { asked, direct, coreDns, outside, lost, misses, coalesced, probes } = totals(cached);
    expect(coreDns + outside + lost).toBe(asked + direct);
    expect(asked - probes).toBeGreaterThanOrEqual(misses - coalesced);
    const bare = totals(without);
    expect(bare.coreDns + bare.lost).toBe(bare.queries);
    expect(bare.lost > 0).toBe(event.kind === 'outage' && event.what === 'coredns-pod');
  });

  it('every lookup is in the window in which it began', () => {
    const inWindows = cached.latency.flat().reduce((sum, count) => sum + count, 0);
    expect(inWindows).toBe(cached.series.lookups.slice(10, 60).reduce((sum, count) => sum + count, 0));
  });
});

it('is the same for the same seed, in whatever order nodes are run, and another for another seed', () => {
  const plan = planOf({ nodes: 3, durationMs: 20_000 });
  const once = runAll(plan, 'with');
  expect(runAll(plan, 'with', [2, 0, 1])).toEqual(once);
  expect(runAll({ ...plan, seed: 2 }, 'with')).not.toEqual(once);
});
