import { assumptionsOf } from './assumptions.ts';
import type { FleetReport } from './figures.ts';
import { figuresOf } from './figures.ts';
import type { Way } from './node.ts';
import type { FleetPlan } from './plan.ts';
import type { Tally } from './tally.ts';

/** What a fleet comes to, of the counts of all its nodes. */
export const fleetReport = (plan: FleetPlan, tallies: Readonly<Record<Way, Tally>>): FleetReport => ({
  schema: 1,
  plan,
  assumptions: assumptionsOf(plan),
  windows: { without: figuresOf(plan, tallies.without), with: figuresOf(plan, tallies.with) },
  tallies,
});
