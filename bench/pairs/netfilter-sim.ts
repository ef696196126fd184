import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { middle } from '../dns-servers/measured.ts';
import { progress } from '../dns-servers/measure.ts';
import type { Order } from './worker.ts';

const WARM_CPU_MS = 500;
const CPU_MS = 200;

/** Turns are short: so many go into a round. */
const TURNS = 3;

/** A long one collects garbage every few runs: a turn of one tells whether a collection fell into it. */
const RUNS = 3;

const ask = async (worker: ChildProcess, order: Order): Promise<number> => {
  worker.send(order);
  const [took] = (await once(worker, 'message')) as [number];
  return took;
};

const start = async (checkout: string): Promise<{ readonly worker: ChildProcess; readonly names: readonly string[] }> => {
  const worker = fork(fileURLToPath(new URL('worker.js', import.meta.url)), [checkout]);
  const [names] = (await once(worker, 'message')) as [readonly string[]];
  return { worker, names };
};

const row = (cells: readonly [string, string, string, string]): string =>
  `${cells[0].padEnd(72)}${cells.slice(1).map((cell) => cell.padStart(14)).join('')}\n`;

/** What both sides took for a measure, in microseconds. */
type Found = readonly [now: number[], before: number[]];

const roundOf = async (checkouts: readonly string[], found: Map<string, Found>): Promise<void> => {
  const sides = await Promise.all(checkouts.map(start));
  for (const [measure, name] of sides[0]?.names.entries() ?? []) {
    const both = found.get(name) ?? [[], []];
    found.set(name, both);
    for (const { worker } of sides) await ask(worker, { measure, cpuMs: WARM_CPU_MS, runs: RUNS });
    for (let turn = 0; turn < TURNS; turn += 1) {
      const order = sides.map(({ worker }, side) => ({ worker, side }));
      for (const { worker, side } of turn % 2 === 0 ? order : order.toReversed()) {
        both[side]?.push(await ask(worker, { measure, cpuMs: CPU_MS, runs: RUNS }));
      }
    }
  }
  for (const { worker } of sides) worker.disconnect();
};

/**
 * Each measure of the library in short turns of two processes, by processor time: whatever slows the machine slows
 * both. The processes are new in each round: what V8 makes of one and the same code differs by a tenth from one to the next.
 * Prints the medians over all turns, and their ratio.
 */
export const compareLibraries = async (now: string, before: string, rounds: number): Promise<void> => {
  const found = new Map<string, Found>();
  for (let round = 1; round <= rounds; round += 1) {
    progress(`round ${round} of ${rounds}`);
    await roundOf([now, before], found);
  }
  process.stdout.write(row(['processor time of netfilter-sim', 'now, µs', 'before, µs', 'now / before']));
  for (const [name, both] of found) {
    const [own = Number.NaN, other = Number.NaN] = both.map(middle);
    process.stdout.write(row([name, own.toFixed(1), other.toFixed(1), `${(own / other).toFixed(2)}x`]));
  }
  process.stdout.write('\n');
};
