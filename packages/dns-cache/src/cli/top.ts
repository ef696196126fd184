import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { REPORTED_MAX } from '../clients/ledger.ts';
import type { ClientReport } from '../clients/report.ts';
import type { ControlFlag } from './control.ts';
import { askControl } from './control.ts';
import { fitted, topLines } from './top-table.ts';
import { UsageError } from './usage-error.ts';

interface TopFlags extends ControlFlag {
  readonly limit?: string;
  readonly interval: string;
  readonly json: boolean;
}

const LISTED_DEFAULT = 10;

/** The head, what is said below the clients, and the line that the cursor stands in. */
const LINES_AROUND = 3;

const readLimit = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > REPORTED_MAX) throw new UsageError(`top: -limit: not a number of clients: '${text}'; write 1 to ${REPORTED_MAX}`);
  return limit;
};

const readIntervalMs = (text: string): number => {
  const seconds = /^\d{1,4}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (seconds < 0.1) throw new UsageError(`top: -interval: not a number of seconds: '${text}'; write 0.1 or more`);
  return seconds * 1000;
};

const look = (control: string, limit: number): Promise<string> => askControl(control, 'GET', `/clients?limit=${limit}`);

const HOME_AND_CLEAR = '\u001B[H\u001B[J';
const OTHER_SCREEN = '\u001B[?1049h\u001B[?25l';
const FORMER_SCREEN = '\u001B[?1049l\u001B[?25h';

/** Until somebody has seen enough. All are asked for: who asks most now need not have asked most. */
const watch = async (control: string, limit: number | undefined, intervalMs: number): Promise<void> => {
  const enough = new AbortController();
  process.once('SIGINT', () => enough.abort());
  process.once('SIGTERM', () => enough.abort());
  let before: ClientReport | undefined;
  let lookedAt = performance.now();
  const first = await look(control, REPORTED_MAX);
  process.stdout.write(OTHER_SCREEN);
  try {
    for (let body = first; !enough.signal.aborted; body = await look(control, REPORTED_MAX)) {
      const report = JSON.parse(body) as ClientReport;
      const now = performance.now();
      const most = limit ?? Math.max(1, process.stdout.rows - LINES_AROUND);
      const lines = fitted(topLines(report, { before, elapsedMs: now - lookedAt, most }), process.stdout);
      process.stdout.write(`${HOME_AND_CLEAR}${lines.join('\n')}\n`);
      [before, lookedAt] = [report, now];
      await sleep(intervalMs, undefined, { signal: enough.signal }).catch(() => undefined);
    }
  } finally {
    process.stdout.write(FORMER_SCREEN);
  }
};

/** Who makes the load: again and again on a terminal, once in a pipe. */
export const top = async (flags: TopFlags): Promise<void> => {
  const [limit, intervalMs] = [readLimit(flags.limit), readIntervalMs(flags.interval)];
  if (process.stdout.isTTY && !flags.json) {
    await watch(flags.control, limit, intervalMs);
    return;
  }
  const most = limit ?? LISTED_DEFAULT;
  const body = await look(flags.control, most);
  process.stdout.write(flags.json ? body : `${topLines(JSON.parse(body) as ClientReport, { most }).join('\n')}\n`);
};
