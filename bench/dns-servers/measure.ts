import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Latency, Load } from './load.ts';
import { fillWith, latencyAt, loadWith } from './load.ts';
import type { Measured } from './measured.ts';
import { middle } from './measured.ts';
import { existing, HOT_NAMES, missing, STORE_ENTRIES } from './names.ts';
import { residentKb } from './process.ts';
import type { Server } from './servers.ts';
import { startNsd } from './servers.ts';

/** Servers take turns of a second within a round, so that what slows the machine for a while slows all of them. */
const TURNS = 4;
const TURN_SECONDS = 1;
const NSD_PORT = 5390;

/** A server to be: started anew in every round, so that no luck of one process lasts. */
export type Starter = (folder: string, upstream: number) => Promise<Server>;

export const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`${text}\n`);
};

/** Asks for as many names as both stores hold, and gives what is resident then. */
const fill = async (server: Server, folder: string): Promise<number> => {
  const indexes = Array.from({ length: STORE_ENTRIES }, (_, index) => index);
  await fillWith(server, folder, indexes.map(existing));
  await fillWith(server, folder, indexes.map(missing));
  return residentKb(server.pid);
};

/** Every second turn goes the other way round: who is asked first has no advantage. */
const inTurns = async <T>(servers: readonly Server[], turns: number, ask: (server: Server) => Promise<T>): Promise<ReadonlyMap<string, readonly T[]>> => {
  const found = new Map(servers.map(({ name }): [string, T[]] => [name, []]));
  for (let turn = 0; turn < turns; turn += 1) {
    for (const server of turn % 2 === 0 ? servers : servers.toReversed()) found.get(server.name)?.push(await ask(server));
  }
  return found;
};

const roundOf = async (servers: readonly Server[], folder: string): Promise<readonly Measured[]> => {
  const started = new Map(servers.map(({ name, pid }) => [name, residentKb(pid)]));
  for (const server of servers) await fillWith(server, folder, HOT_NAMES);
  const loads = await inTurns<Load>(servers, TURNS, (server) => loadWith(server, folder, HOT_NAMES, TURN_SECONDS));
  // The same rate for all: half of what the slowest of them can do.
  const rate = Math.min(...[...loads.values()].map((all) => middle(all.map(({ perSecond }) => perSecond)))) / 2;
  const latencies = await inTurns<Latency>(servers, TURNS, (server) => latencyAt(server, folder, HOT_NAMES, TURN_SECONDS, rate));
  const measured: Measured[] = [];
  for (const server of servers) {
    const { name } = server;
    const memory = { startedKb: started.get(name) ?? Number.NaN, fullKb: await fill(server, folder) };
    measured.push({ name, loads: loads.get(name) ?? [], latencies: latencies.get(name) ?? [], memories: [memory] });
  }
  return measured;
};

/** Starts all, gives them to what is to be done, and stops them whatever happens. */
export const withServers = async <T>(
  starters: readonly Starter[],
  whatToDo: (servers: readonly Server[], folder: string) => Promise<T>,
): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'dns-servers-'));
  const nsd = await startNsd(folder, NSD_PORT);
  const servers: Server[] = [];
  try {
    for (const starter of starters) servers.push(await starter(folder, NSD_PORT));
    return await whatToDo(servers, folder);
  } finally {
    for (const server of [...servers, nsd]) await server.stop();
    rmSync(folder, { recursive: true });
  }
};

/** Processes are new in every round, and every second round goes the other way round: what is started first is no faster. */
export const measure = async (starters: readonly Starter[], rounds: number): Promise<readonly Measured[]> => {
  const all: (Measured | undefined)[] = starters.map(() => undefined);
  for (let round = 1; round <= rounds; round += 1) {
    progress(`round ${round} of ${rounds}`);
    const order = [...starters.keys()];
    if (round % 2 === 0) order.reverse();
    const found = await withServers(order.flatMap((at) => starters[at] ?? []), roundOf);
    for (const [place, one] of found.entries()) {
      const at = order[place] ?? place;
      all[at] = joined(all[at], one);
    }
  }
  return all.filter((one) => one !== undefined);
};

const joined = (before: Measured | undefined, { name, loads, latencies, memories }: Measured): Measured => ({
  name,
  loads: [...(before?.loads ?? []), ...loads],
  latencies: [...(before?.latencies ?? []), ...latencies],
  memories: [...(before?.memories ?? []), ...memories],
});
