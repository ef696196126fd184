import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import type * as Library from '@nodelocal/netfilter-sim';
import { measuresOf } from '../netfilter-sim/measures.ts';

/*
 * One checkout's library in a process of its own, which measures when it is told to: for each message, the index of a
 * measure and for how many milliseconds of processor time, and runs, at least, it answers with microseconds for one run.
 */

export interface Order {
  readonly measure: number;
  readonly cpuMs: number;
  readonly runs: number;
}

const [checkout = ''] = process.argv.slice(2);
const library = (await import(pathToFileURL(join(checkout, 'packages/netfilter-sim/dist/index.js')).href)) as typeof Library;
const measures = measuresOf(library).flatMap((group) => group.measures.map(({ name, run }) => ({ name: `${group.name} ${name}`, run })));

const cpuMicroseconds = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return user + system;
};

process.on('message', ({ measure, cpuMs, runs: least }: Order) => {
  const { run } = measures[measure] ?? { run: () => process.exit(1) };
  const since = process.cpuUsage();
  let runs = 0;
  do {
    run();
    runs += 1;
  } while (runs < least || cpuMicroseconds(since) < cpuMs * 1000);
  process.send?.(cpuMicroseconds(since) / runs);
});
process.send?.(measures.map(({ name }) => name));
