import { Worker } from 'node:worker_threads';
import { UsageError } from '@nodelocal/netfilter-sim/cli';
import type { Way } from '../fleet/node.ts';
import { WAYS } from '../fleet/node.ts';
import type { FleetPlan } from '../fleet/plan.ts';
import type { Tally } from '../fleet/tally.ts';
import { addTallies } from '../fleet/tally.ts';
import type { NodeDone, NodeTask } from './fleet-worker.ts';

const PROGRAM = new URL('./fleet-worker.js', import.meta.url);

/**
 * Runs every node both ways, on so many threads; whoever is done takes the next. What comes of it is the same for any number.
 * @throws UsageError where something is asked for that is not modelled
 */
export const runFleet = async (plan: FleetPlan, threads: number, progress: (done: number, all: number) => void): Promise<Readonly<Record<Way, Tally>>> => {
  const tasks = WAYS.flatMap((way) => Array.from({ length: plan.nodes }, (_, node): NodeTask => ({ node, way })));
  const sums = new Map<Way, Tally>();
  let given = 0;
  let done = 0;
  const workers = Array.from({ length: Math.min(threads, tasks.length) }, () => new Worker(PROGRAM, { workerData: plan }));

  const work = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      const next = (): void => {
        const task = tasks[given];
        given += 1;
        if (task === undefined) resolve();
        else worker.postMessage(task);
      };
      worker.on('error', reject);
      worker.on('message', (message: NodeDone) => {
        if (message.kind === 'not-modelled') {
          reject(new UsageError(message.message));
          return;
        }
        const { task, tally } = message;
        const before = sums.get(task.way);
        sums.set(task.way, before === undefined ? tally : addTallies(before, tally));
        done += 1;
        progress(done, tasks.length);
        next();
      });
      next();
    });

  try {
    await Promise.all(workers.map(work));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return { without: sumOf(sums, 'without'), with: sumOf(sums, 'with') };
};

const sumOf = (sums: ReadonlyMap<Way, Tally>, way: Way): Tally => {
  const sum = sums.get(way);
  if (sum === undefined) throw new Error(`no node was run ${way} the cache`);
  return sum;
};
