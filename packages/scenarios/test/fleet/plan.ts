import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FleetCount, FleetPlan, Tally, Way } from '@nodelocal/scenarios';
import { addTallies, createFleetWorld, FLEET_DEFAULTS, runNode } from '@nodelocal/scenarios';

const file = (name: string): string => readFileSync(fileURLToPath(new URL(`../../nodes/lesson/${name}`, import.meta.url)), 'utf8');

/** A small cluster, for a minute. */
export const planOf = (changes: Partial<FleetPlan> = {}): FleetPlan => ({
  ...FLEET_DEFAULTS,
  nodes: 4,
  warmUpMs: 10_000,
  durationMs: 60_000,
  corefile: file('corefile'),
  nodeResolvConf: file('resolv.conf'),
  ...changes,
});

/** All nodes in this order, together. */
export const runAll = (plan: FleetPlan, way: Way, order = Array.from({ length: plan.nodes }, (_, node) => node)): Tally => {
  const world = createFleetWorld(plan);
  return order.map((node) => runNode(world, node, way)).reduce(addTallies);
};

/** Of all seconds. */
export const totals = ({ series }: Tally): Readonly<Record<FleetCount, number>> =>
  Object.fromEntries(Object.entries(series).map(([counted, counts]) => [counted, counts.reduce((sum, count) => sum + count, 0)])) as Record<FleetCount, number>;
