import { latencyWith, loadWith } from '../load.ts';
import { HOT_NAMES, unheardOf } from '../names.ts';
import { peakKb, residentKb } from '../process.ts';
import type { Step } from './step.ts';

const SECONDS = 5;

/** Twice what it can do, half of it misses. */
export const overload: Step = async ({ servers, folder, note }) => {
  const mixed = (count: number): readonly string[] =>
    unheardOf(Math.ceil(count / 2)).flatMap((name, index) => [HOT_NAMES[index % HOT_NAMES.length] ?? name, name]);
  for (const server of servers) {
    const full = await loadWith(server, folder, mixed(200_000), { seconds: 3, atOnce: 100, once: true });
    const before = residentKb(server.pid);
    const perSecond = 2 * full.perSecond;
    const options = { seconds: SECONDS, perSecond, atOnce: 60_000, once: true, timeoutSeconds: 3 };
    const over = await latencyWith(server, folder, mixed(perSecond * SECONDS * 1.05), options);
    note(server, 'hits and misses a second, full load', full.perSecond);
    note(server, 'at twice that, answered, %', (100 * over.completed) / over.sent);
    note(server, 'at twice that, SERVFAIL', over.servfail);
    note(server, 'at twice that, p99, ms', over.p99Microseconds / 1000);
    note(server, 'at twice that, memory over before, MB', Math.max(0, peakKb(server.pid) - before) / 1024);
  }
};
