import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import type { Command, CommandOutcome, Run } from '../command.ts';
import { codeOf, reasonOf } from '../../reason.ts';

/** What a program may print; the rules of a large node are some megabytes. */
const MOST_OCTETS = 64 * 1024 * 1024;

const outcomeOf = (status: number, stdout: string, stderr: string): CommandOutcome => {
  if (status === 0) return { kind: 'done', stdout };
  // iptables.c: 4 is RESOURCE_PROBLEM, which is the lock only if the text says so.
  if (status === 4 && stderr.includes('xtables lock')) return { kind: 'lock-held', status, stderr };
  return { kind: 'failed', status, stdout, stderr };
};

/** Only what is not there is missing: with too many processes or too few rights others may have used the program. */
const unstarted = (program: string, error: Error): CommandOutcome =>
  codeOf(error) === 'ENOENT' ? { kind: 'missing', program } : { kind: 'failed', status: 126, stdout: '', stderr: `${program}: ${reasonOf(error)}` };

/** The whole group: a wrapper script that is killed alone leaves the program that hangs. */
const killGroup = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It ended of itself just now.
    if (codeOf(error) !== 'ESRCH') throw error;
  }
};

/** What runs now. A process that ends leaves nothing behind that hangs. */
const running = new Set<number>();
process.on('exit', () => {
  for (const pid of running) killGroup(pid);
});

export const runCommand: Run = ({ argv: [program, ...words], stdin = '', timeLimitMs }: Command) =>
  new Promise((resolve) => {
    // A group of its own, which a signal to ours does not reach: SIGTERM to the pod must not end iptables halfway.
    const child = spawn(program, words, { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    const { pid } = child;
    if (pid !== undefined) running.add(pid);
    const chunks: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
    let octets = 0;
    const settle = (outcome: CommandOutcome): void => {
      clearTimeout(limit);
      if (pid !== undefined) running.delete(pid);
      resolve(outcome);
    };
    const limit = setTimeout(() => {
      if (pid !== undefined) killGroup(pid);
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      // One that the kernel holds does not end even so, and must not keep us.
      child.unref();
      settle({ kind: 'timed-out', afterMs: timeLimitMs });
    }, timeLimitMs);
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk: Buffer) => {
        octets += chunk.length;
        if (octets <= MOST_OCTETS) chunks[name].push(chunk);
      });
    }
    // A program that ends before it has read all says why by its status.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => settle(unstarted(program, error)));
    child.on('close', (code, signal) => {
      const said = (name: 'stdout' | 'stderr'): string => Buffer.concat(chunks[name]).toString('utf8');
      settle(outcomeOf(code ?? 128 + (signal === null ? 0 : constants.signals[signal]), said('stdout'), said('stderr')));
    });
    child.stdin.end(stdin);
  });
