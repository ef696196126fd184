import { expect, it } from 'vitest';
import { planOf, runAll, totals } from './plan.ts';

const NODES = 12;
const SECONDS = 750;

/**
 * One name, asked for by a Poisson process. An entry that a miss puts there lives for T, and the next miss is the first lookup behind that:
 * misses are a renewal process with steps of T + Exp(λ), of which there are D / μ in D, with a variance of D σ² / μ³.
 */
const expectedMisses = (perSecond: number, ttlSeconds: number): { readonly mean: number; readonly deviation: number } => {
  const step = ttlSeconds + 1 / perSecond;
  return { mean: (NODES * SECONDS) / step, deviation: Math.sqrt((NODES * SECONDS) / perSecond ** 2 / step ** 3) };
};

it.each([
  { podsPerNode: 10, lookupsPerSecond: 0.05 },
  { podsPerNode: 4, lookupsPerSecond: 0.02 },
])('misses one name as often as a Poisson process does: $podsPerNode pods, $lookupsPerSecond a second', ({ podsPerNode, lookupsPerSecond }) => {
  const plan = planOf({
    nodes: NODES,
    podsPerNode,
    lookupsPerSecond,
    services: 1,
    namespaces: 1,
    outsideShare: 0,
    writing: 'absolute',
    warmUpMs: 0,
    durationMs: SECONDS * 1000,
  });
  const { lookups, hits, denialHits, misses } = totals(runAll(plan, 'with'));
  // A has an address and lives for 30 s, AAAA has none and lives for the 5 s of the Corefile.
  for (const [found, ttlSeconds] of [
    [hits, 30],
    [denialHits, 5],
  ] as const) {
    const { mean, deviation } = expectedMisses(podsPerNode * lookupsPerSecond, ttlSeconds);
    // The first step of each node is behind no entry: up to one miss more.
    expect(Math.abs(lookups - found - mean)).toBeLessThan(4 * deviation + NODES);
  }
  expect(hits + denialHits + misses).toBe(2 * lookups);
});
