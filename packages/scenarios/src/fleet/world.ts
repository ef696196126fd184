import { parseCorefile } from '@nodelocal/dns-cache';
import type { Corefile } from '@nodelocal/dns-cache';
import type { Answers } from './answers.ts';
import { createAnswers } from './answers.ts';
import type { FleetNames } from './names.ts';
import { fleetNames } from './names.ts';
import type { FleetPlan } from './plan.ts';

/** What all nodes of a fleet have in common: made once by whoever runs some of them. */
export interface FleetWorld {
  readonly plan: FleetPlan;
  readonly names: FleetNames;
  readonly answers: Answers;
  readonly corefile: Corefile;
}

/** @throws CorefileError for a Corefile that dns-cache would not take */
export const createFleetWorld = (plan: FleetPlan): FleetWorld => {
  const names = fleetNames(plan);
  return { plan, names, answers: createAnswers(names, plan.outsideTtlSeconds), corefile: parseCorefile(plan.corefile, { file: 'corefile' }) };
};
