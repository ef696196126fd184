import { fillWith, loadWith } from '../load.ts';
import { HOT_NAMES, unheardOf } from '../names.ts';
import type { Step } from './step.ts';
import { inTurns } from './step.ts';

const TURNS = 4;
const SECONDS = 2;
const NAMES_PER_SECOND = 40_000;

/**
 * What a server could answer if each of its threads had a processor of its own, by the processor time that an answer takes
 * at full speed: here the load itself, and an upstream, have the same two processors.
 */
export const throughput: Step = async ({ servers, folder, note }) => {
  for (const server of servers) await fillWith(server, folder, HOT_NAMES);
  await inTurns(servers, TURNS, async (server) => {
    const { cpu } = await loadWith(server, folder, HOT_NAMES, { seconds: 1 });
    note(server, 'hits that its threads have time for', (server.threads * 1e6) / cpu.microseconds);
  });
  await inTurns(servers, TURNS, async (server) => {
    const { cpu } = await loadWith(server, folder, unheardOf(NAMES_PER_SECOND * SECONDS), { seconds: SECONDS, atOnce: 100, once: true });
    note(server, 'misses that its threads have time for', (server.threads * 1e6) / cpu.microseconds);
  });
};
