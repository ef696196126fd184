import { fillWith } from '../load.ts';
import { existing, missing, STORE_ENTRIES } from '../names.ts';
import { residentKb } from '../process.ts';
import type { Step } from './step.ts';

/** Before anything else. */
export const memoryWhenStarted: Step = async ({ servers, note }) => {
  for (const server of servers) note(server, 'memory when started, MB', residentKb(server.pid) / 1024);
};

/** As many names as both stores hold. */
export const memoryWhenFull: Step = async ({ servers, folder, note }) => {
  const indexes = Array.from({ length: STORE_ENTRIES }, (_, index) => index);
  for (const server of servers) {
    await fillWith(server, folder, indexes.map(existing));
    await fillWith(server, folder, indexes.map(missing));
    note(server, 'memory with both stores full, MB', residentKb(server.pid) / 1024);
  }
};
