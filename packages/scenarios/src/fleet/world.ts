import { createNameServer, parseCorefile } from '@nodelocal/dns-cache';
import type { Corefile } from '@nodelocal/dns-cache';
import { filesOf } from '../run/engine.ts';
import type { Answers } from './answers.ts';
import { createAnswers } from './answers.ts';
import { checkPlan } from './check-plan.ts';
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

const DNS_PORT = 53;

/** @throws RangeError for a number of the plan that cannot be; CorefileError for a Corefile that dns-cache would not take */
export const createFleetWorld = (plan: FleetPlan): FleetWorld => {
  checkPlan(plan);
  const names = fleetNames(plan);
  const corefile = parseCorefile(plan.corefile, { file: 'corefile' });
  // What it names is looked for when a server is made of it, which every node does.
  createNameServer({ corefile, port: DNS_PORT, readFile: filesOf(plan.nodeResolvConf), random: () => 0 });
  return { plan, names, answers: createAnswers(names, plan.outsideTtlSeconds), corefile };
};
