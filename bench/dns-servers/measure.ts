import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Measured } from './measured.ts';
import type { Over, Server } from './servers.ts';
import { startNsd } from './servers.ts';
import type { Step } from './steps/step.ts';

const NSD_PORT = 5390;

/** A server to be: started anew in every round, so that no luck of one process lasts. `undefined` where it cannot do that. */
export type Starter = (folder: string, upstream: number, over: Over) => Promise<Server> | undefined;

/** What is measured of servers that ask in one way. */
export interface Part {
  readonly over: Over;
  readonly steps: readonly Step[];
  /** Whom it is about, where that is not all of them. */
  readonly starters?: readonly Starter[];
}

export const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`${text}\n`);
};

/** Starts all, gives them to what is to be done, and stops them whatever happens. */
export const withServers = async <T>(
  starters: readonly Starter[],
  over: Over,
  whatToDo: (servers: readonly Server[], upstream: Server, folder: string) => Promise<T>,
): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'dns-servers-'));
  const nsd = await startNsd(folder, NSD_PORT);
  const servers: Server[] = [];
  try {
    for (const starter of starters) {
      const starting = starter(folder, NSD_PORT, over);
      if (starting !== undefined) servers.push(await starting);
    }
    return await whatToDo(servers, nsd, folder);
  } finally {
    for (const server of [...servers, nsd]) await server.stop();
    rmSync(folder, { recursive: true });
  }
};

/** Processes are new in every round, and every second round goes the other way round: what is started first is no faster. */
export const measure = async (starters: readonly Starter[], parts: readonly Part[], rounds: number): Promise<readonly Measured[]> => {
  const all = new Map<string, Measured>();
  for (let round = 1; round <= rounds; round += 1) {
    progress(`round ${round} of ${rounds}`);
    for (const { over, steps, starters: own = starters } of parts) {
      await withServers(round % 2 === 0 ? own.toReversed() : own, over, async (servers, upstream, folder) => {
        const note: Parameters<Step>[0]['note'] = ({ name }, row, value) => {
          const measured = all.get(name) ?? { name, values: new Map() };
          all.set(name, measured);
          measured.values.set(row, [...(measured.values.get(row) ?? []), value]);
        };
        for (const step of steps) await step({ servers, upstream, folder, note });
      });
    }
  }
  return [...all.values()];
};
