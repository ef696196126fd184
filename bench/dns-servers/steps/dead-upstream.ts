import { kill } from 'node:process';
import { fillWith, latencyWith, loadWith } from '../load.ts';
import { HOT_NAMES, unheardOf } from '../names.ts';
import type { Step } from './step.ts';

const SECONDS = 6;
const RATE = 2000;

/** The upstream stands still; half of what is asked for is in the cache. */
export const deadUpstream: Step = async ({ servers, upstream, folder, note }) => {
  for (const server of servers) {
    await fillWith(server, folder, HOT_NAMES);
    kill(upstream.pid, 'SIGSTOP');
    try {
      const misses = loadWith(server, folder, unheardOf(RATE * SECONDS * 2), { seconds: SECONDS, perSecond: RATE, atOnce: 60_000, once: true });
      const found = await latencyWith(server, folder, HOT_NAMES, { seconds: SECONDS, perSecond: RATE, atOnce: 60_000 });
      await misses;
      note(server, 'dead upstream, hits answered, %', (100 * found.completed) / found.sent);
      note(server, 'dead upstream, hits, p99, ms', found.p99Microseconds / 1000);
    } finally {
      kill(upstream.pid, 'SIGCONT');
    }
  }
};
