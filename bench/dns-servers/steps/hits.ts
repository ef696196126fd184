import type { Load } from '../load.ts';
import { fillWith, latencyWith, loadWith } from '../load.ts';
import type { Row } from '../measured.ts';
import { HOT_NAMES } from '../names.ts';
import type { Step } from './step.ts';
import { halfOfTheSlowest, inTurns } from './step.ts';

const TURNS = 4;

const AT_RATES: readonly (readonly [Row, number])[] = [
  ['CPU per hit at 500 a second, µs', 500],
  ['CPU per hit at 2,000 a second, µs', 2000],
  ['CPU per hit at 10,000 a second, µs', 10_000],
];

/** Names that all of them have in their caches. */
export const hits: Step = async ({ servers, folder, note }) => {
  for (const server of servers) await fillWith(server, folder, HOT_NAMES);
  const loads = await inTurns<Load>(servers, TURNS, (server) => loadWith(server, folder, HOT_NAMES, { seconds: 1 }));
  for (const [server, all] of loads) {
    for (const { cpu, perSecond, lost } of all) {
      note(server, 'CPU per hit at full speed, µs', cpu.microseconds);
      note(server, '  of it in the process', cpu.userMicroseconds);
      note(server, '  of it in the kernel', cpu.systemMicroseconds);
      note(server, 'hits a second', perSecond);
      note(server, 'hits lost', lost);
    }
  }
  for (const [row, perSecond] of AT_RATES) {
    await inTurns(servers, TURNS, async (server) => {
      const { cpu } = await loadWith(server, folder, HOT_NAMES, { seconds: 1, perSecond, atOnce: 1000 });
      note(server, row, cpu.microseconds);
    });
  }
  const perSecond = halfOfTheSlowest(loads);
  await inTurns(servers, TURNS, async (server) => {
    const { p50Microseconds, p99Microseconds } = await latencyWith(server, folder, HOT_NAMES, { seconds: 1, perSecond });
    note(server, 'hit at half load, p50, µs', p50Microseconds);
    note(server, 'hit at half load, p99, µs', p99Microseconds);
  });
};
