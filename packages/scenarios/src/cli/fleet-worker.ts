import { parentPort, workerData } from 'node:worker_threads';
import type { Way } from '../fleet/node.ts';
import { runNode } from '../fleet/node.ts';
import { NotModelledError } from '../fleet/not-modelled.ts';
import type { FleetPlan } from '../fleet/plan.ts';
import type { Tally } from '../fleet/tally.ts';
import { createFleetWorld } from '../fleet/world.ts';

/** A node to run. */
export interface NodeTask {
  readonly node: number;
  readonly way: Way;
}

/** What came of one; `not-modelled` is for the user to mend. */
export type NodeDone = { readonly kind: 'done'; readonly task: NodeTask; readonly tally: Tally } | { readonly kind: 'not-modelled'; readonly message: string };

const world = createFleetWorld(workerData as FleetPlan);

const run = (task: NodeTask): NodeDone => {
  try {
    return { kind: 'done', task, tally: runNode(world, task.node, task.way) };
  } catch (error) {
    if (!(error instanceof NotModelledError)) throw error;
    return { kind: 'not-modelled', message: error.message };
  }
};

parentPort?.on('message', (task: NodeTask) => parentPort?.postMessage(run(task)));
