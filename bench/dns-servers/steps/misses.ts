import { latencyWith, loadWith } from '../load.ts';
import { unheardOf } from '../names.ts';
import type { Step } from './step.ts';
import { halfOfTheSlowest, inTurns } from './step.ts';

const TURNS = 3;
const SECONDS = 2;

/** More than any server can ask for in that time. */
const NAMES_PER_SECOND = 40_000;

/** Names that nobody has asked for before; the upstream has an answer for each. */
export const missesOver = (transport: 'UDP' | 'TCP'): Step => async ({ servers, folder, note }) => {
  // The code is warm, as it is a minute after a start.
  for (const server of servers) await loadWith(server, folder, unheardOf(20_000), { seconds: 4, atOnce: 100, once: true });
  const loadsWith = (atOnce: 4 | 100) =>
    inTurns(servers, TURNS, async (server) => {
      const load = await loadWith(server, folder, unheardOf(NAMES_PER_SECOND * SECONDS), { seconds: SECONDS, atOnce, once: true });
      note(server, `CPU per miss over ${transport}, ${atOnce} at once, µs`, load.cpu.microseconds);
      return load;
    });
  await loadsWith(4);
  const loads = await loadsWith(100);
  for (const [server, all] of loads) for (const { perSecond } of all) note(server, `misses over ${transport} a second`, perSecond);
  const rate = halfOfTheSlowest(loads);
  await inTurns(servers, TURNS, async (server) => {
    const names = unheardOf(Math.ceil(rate * SECONDS * 1.2));
    const latency = await latencyWith(server, folder, names, { seconds: SECONDS, perSecond: rate, atOnce: 1000, once: true });
    note(server, `miss over ${transport} at half load, p50, µs`, latency.p50Microseconds);
    note(server, `miss over ${transport} at half load, p99, µs`, latency.p99Microseconds);
  });
};
