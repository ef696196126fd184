import type { FleetEvent, FleetPlan } from '@nodelocal/scenarios';
import { fleetReport } from '@nodelocal/scenarios';
import { expect, it } from 'vitest';
import { planOf, runAll } from './plan.ts';

const reportOf = (event: FleetEvent, changes: Partial<FleetPlan> = {}) => {
  const plan = planOf({ event, durationMs: 100_000, podsPerNode: 10, nodes: 3, services: 20, outsideNames: 20, namespaces: 5, ...changes });
  return fleetReport(plan, { without: runAll(plan, 'without'), with: runAll(plan, 'with') });
};

const windowOf = (report: ReturnType<typeof reportOf>, way: 'without' | 'with', name: string) => {
  const found = report.windows[way].find(({ window }) => window.name === name);
  if (found === undefined) throw new TypeError(`no window ${name}`);
  return found;
};

it('a lost CoreDNS pod costs half of all lookups their patience without the cache, and few with it', () => {
  const report = reportOf({ kind: 'outage', what: 'coredns-pod', startMs: 30_000, lastsMs: 40_000, noticedMs: 20_000 });
  const [bare, cached] = [windowOf(report, 'without', 'during').counts, windowOf(report, 'with', 'during').counts];
  expect(windowOf(report, 'without', 'before').counts.late).toBe(0);
  expect(bare.late / bare.lookups).toBeGreaterThan(0.25);
  expect(cached.late / cached.lookups).toBeLessThan(0.1);
});

it('caches that are kept spare CoreDNS what lost ones cost it', () => {
  const rollout = { kind: 'rollout', restart: 'taken-over', startMs: 30_000, everyMs: 1000, gapMs: 0 } as const;
  const heard = (keepsCaches: boolean): number => windowOf(reportOf({ ...rollout, keepsCaches }), 'with', 'during').counts.coreDns;
  expect(heard(true)).toBeLessThan(heard(false));
});

it('a killed agent costs no patience where the resolver is told at once, but the lookups of the gap', () => {
  const report = reportOf({ kind: 'rollout', restart: 'killed', startMs: 30_000, everyMs: 5000, gapMs: 3000, keepsCaches: false });
  const { counts } = windowOf(report, 'with', 'during');
  expect(counts.refused).toBeGreaterThan(0);
  expect(counts.failed).toBeGreaterThan(0);
  expect(windowOf(report, 'without', 'during').counts.failed).toBe(0);
});

it('entries of pods are those of kube-proxy alone: with the cache there are its own', () => {
  const report = reportOf({ kind: 'none' });
  expect(windowOf(report, 'with', 'all').entriesMean).toBeLessThan(windowOf(report, 'without', 'all').entriesMean / 4);
  expect(windowOf(report, 'with', 'all').entriesMax).toBeGreaterThan(0);
});
