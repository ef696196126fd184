import type { Load } from '../load.ts';
import type { Row } from '../measured.ts';
import { middle } from '../measured.ts';
import type { Server } from '../servers.ts';

/** Servers that run, and what to do with what is found. */
interface Bench {
  readonly servers: readonly Server[];
  readonly upstream: Server;
  readonly folder: string;
  readonly note: (server: Server, row: Row, value: number) => void;
}

/** Something that is measured of all servers. */
export type Step = (bench: Bench) => Promise<void>;

/** Every second turn goes the other way round: who is asked first has no advantage. */
export const inTurns = async <T>(servers: readonly Server[], turns: number, ask: (server: Server) => Promise<T>): Promise<ReadonlyMap<Server, readonly T[]>> => {
  const found = new Map(servers.map((server): [Server, T[]] => [server, []]));
  for (let turn = 0; turn < turns; turn += 1) {
    for (const server of turn % 2 === 0 ? servers : servers.toReversed()) found.get(server)?.push(await ask(server));
  }
  return found;
};

/** The same rate for all: half of what the slowest of them can do. */
export const halfOfTheSlowest = (loads: ReadonlyMap<Server, readonly Load[]>): number =>
  Math.min(...[...loads.values()].map((all) => middle(all.map(({ perSecond }) => perSecond)))) / 2;
