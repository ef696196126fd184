import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeQuery } from '@nodelocal/dns-cache';
import { askUdp } from './loopback.ts';
import { PROGRAM } from './program.ts';

/** The program as an operator runs it, and what it has said. */
export interface Started {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly out: () => string;
  readonly err: () => string;
  /** Its status, or the signal that ended it, once it has ended. */
  readonly ended: Promise<number | string>;
}

/** Runs it with a shell's words before it, as `ulimit -n 110;`. */
export const run = (words: readonly string[], before = ''): Started => {
  const child = spawn('sh', ['-c', `${before} exec "$0" "$@"`, process.execPath, PROGRAM, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  return { child, out: () => out, err: () => err, ended };
};

const TRIES = 100;
const BETWEEN_MS = 100;

export const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (await holds()) return;
    await sleep(BETWEEN_MS);
  }
  throw new Error(`not within ${(TRIES * BETWEEN_MS) / 1000} s: ${what}`);
};

/** Does anyone answer DNS on this port? */
export const answersDns = async (port: number, name: string): Promise<boolean> => {
  try {
    await askUdp(port, encodeQuery({ id: 1, name, type: 'A' }), 300);
    return true;
  } catch {
    return false;
  }
};

/** `serve` that answers, until it is stopped. */
export const startServer = async (
  corefile: string,
  { port, probe = 'localhost', flags = [], before = '' }: { port: number; probe?: string; flags?: readonly string[]; before?: string },
): Promise<Started & { stop(): Promise<number | string> }> => {
  const started = run(['serve', '-conf', corefile, ...flags], before);
  await until(`an answer on port ${port}: ${started.err()}`, () => answersDns(port, probe));
  return {
    ...started,
    async stop() {
      started.child.kill('SIGTERM');
      return started.ended;
    },
  };
};
