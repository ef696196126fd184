import type { ChildProcess, ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROGRAM } from './program.ts';

/** The program as an operator runs it, and everything it has printed. */
export interface Running {
  readonly child: ChildProcess;
  readonly lines: string[];
  /** Waits for a line. */
  until(pattern: RegExp, times?: number): Promise<void>;
}

const WAIT_MS = 60_000;

/** Everything that a process prints from here on, on both of its streams. */
export const linesOf = ({ stdout, stderr }: ChildProcessByStdio<null, Readable, Readable>): string[] => {
  const lines: string[] = [];
  for (const stream of [stdout, stderr]) {
    stream.on('data', (chunk: Buffer) => lines.push(...chunk.toString().split('\n').filter((line) => line !== '')));
  }
  return lines;
};

export const run = (corefile: string, flags: readonly string[] = []): Running => {
  const child = spawn(process.execPath, [PROGRAM, 'serve', '-conf', corefile, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = linesOf(child);
  return {
    child,
    lines,
    async until(pattern, times = 1) {
      for (const end = Date.now() + WAIT_MS; lines.filter((line) => pattern.test(line)).length < times; ) {
        if (Date.now() > end) throw new Error(`no line like ${String(pattern)} in:\n${lines.join('\n')}`);
        await sleep(20);
      }
    },
  };
};

export const stop = async ({ child }: Running): Promise<number | null> => {
  if (child.exitCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
  return child.exitCode;
};
