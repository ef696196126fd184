import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { middle } from '../dns-servers/measured.ts';
import { progress } from '../dns-servers/measure.ts';
import type { Order } from './worker.ts';

const WARM_CPU_MS = 1000;
const CPU_MS = 200;

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

/**
 * Each measure of the library in short turns of two processes, by processor time: whatever slows the machine slows
 * both. Prints the medians over all turns, and their ratio.
 */
export const compareLibraries = async (now: string, before: string, pairs: number): Promise<void> => {
  const sides = [await start(now), await start(before)] as const;
  process.stdout.write(row(['processor time of netfilter-sim', 'now, µs', 'before, µs', 'now / before']));
  for (const [measure, name] of sides[0].names.entries()) {
    progress(name);
    for (const { worker } of sides) await ask(worker, { measure, cpuMs: WARM_CPU_MS });
    const found = sides.map((): number[] => []);
    for (let pair = 0; pair < pairs; pair += 1) {
      const order = sides.map(({ worker }, side) => ({ worker, side }));
      for (const { worker, side } of pair % 2 === 0 ? order : order.toReversed()) {
        found[side]?.push(await ask(worker, { measure, cpuMs: CPU_MS }));
      }
    }
    const [own = Number.NaN, other = Number.NaN] = found.map(middle);
    process.stdout.write(row([name, own.toFixed(1), other.toFixed(1), `${(own / other).toFixed(2)}x`]));
  }
  for (const { worker } of sides) worker.disconnect();
  process.stdout.write('\n');
};
