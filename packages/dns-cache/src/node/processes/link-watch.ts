import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { RETRY_MS } from './limits.ts';
import { readLines } from './lines.ts';

/** What comes within this time, in milliseconds, is one change. */
const SETTLE_MS = 50;

/**
 * Tells as soon as something happens to a link or its addresses: without them the rules lead queries nowhere, and the next look
 * may be a minute away. By `ip monitor`, which is started again when it ends.
 * @param name `undefined`: to any link
 */
export const watchLink = (name: string | undefined, changed: () => void): { end(): void } => {
  let child: ChildProcess | undefined;
  let again: NodeJS.Timeout | undefined;
  let settling: NodeJS.Timeout | undefined;
  let hasEnded = false;

  const start = (): void => {
    child = spawn('ip', ['-o', 'monitor', 'link', 'address'], { stdio: ['ignore', 'pipe', 'ignore'] });
    // A node without `ip` has no link of ours either.
    child.on('error', () => undefined);
    child.on('close', () => {
      if (!hasEnded) again = setTimeout(start, RETRY_MS);
    });
    if (child.stdout === null) return;
    readLines(child.stdout, (line) => {
      if (name !== undefined && !line.includes(name)) return;
      settling ??= setTimeout(() => {
        settling = undefined;
        changed();
      }, SETTLE_MS);
    });
  };
  start();

  return {
    end() {
      hasEnded = true;
      clearTimeout(again);
      clearTimeout(settling);
      child?.kill();
    },
  };
};
