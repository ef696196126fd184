import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Latency, Load } from './load.ts';
import { fillWith, latencyAt, loadWith } from './load.ts';
import type { Measured, Round } from './measured.ts';
import { existing, HOT_NAMES, missing, STORE_ENTRIES } from './names.ts';
import { residentKb } from './process.ts';
import type { Server } from './servers.ts';
import { startNsd } from './servers.ts';

const LOAD_SECONDS = 3;
const LATENCY_SECONDS = 2;
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

const inTurn = async <T>(servers: readonly Server[], measure: (server: Server) => Promise<T>): Promise<Map<string, T>> => {
  const found = new Map<string, T>();
  for (const server of servers) found.set(server.name, await measure(server));
  return found;
};

const there = <T>(found: ReadonlyMap<string, T>, name: string): T => {
  const value = found.get(name);
  if (value === undefined) throw new Error(`${name} was not measured`);
  return value;
};

const roundOf = async (servers: readonly Server[], folder: string): Promise<ReadonlyMap<string, Round>> => {
  const startedKb = new Map(servers.map(({ name, pid }) => [name, residentKb(pid)]));
  for (const server of servers) await fillWith(server, folder, HOT_NAMES);
  const loads = await inTurn<Load>(servers, (server) => loadWith(server, folder, HOT_NAMES, LOAD_SECONDS));
  // The same rate for all: half of what the slowest of them can do.
  const rate = Math.min(...[...loads.values()].map(({ perSecond }) => perSecond)) / 2;
  const latencies = await inTurn<Latency>(servers, (server) => latencyAt(server, folder, HOT_NAMES, LATENCY_SECONDS, rate));
  const fullKb = await inTurn(servers, (server) => fill(server, folder));
  return new Map(
    servers.map(({ name }): [string, Round] => [
      name,
      { load: there(loads, name), latency: there(latencies, name), memory: { startedKb: there(startedKb, name), fullKb: there(fullKb, name) } },
    ]),
  );
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

/** Every second round goes the other way round: who is asked first has no advantage. */
export const measure = async (starters: readonly Starter[], rounds: number): Promise<readonly Measured[]> => {
  const measured = new Map<string, Round[]>();
  for (let round = 1; round <= rounds; round += 1) {
    progress(`round ${round} of ${rounds}`);
    const found = await withServers(starters, (servers, folder) =>
      roundOf(round % 2 === 0 ? servers.toReversed() : servers, folder).then((rows) => servers.map(({ name }) => [name, there(rows, name)] as const)),
    );
    for (const [name, row] of found) measured.set(name, [...(measured.get(name) ?? []), row]);
  }
  return [...measured].map(([name, all]) => ({ name, rounds: all }));
};
