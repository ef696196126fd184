import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { HeardQuery } from '../../kernel/kernel-view.ts';
import type { ResponderChange, ResponderPlan } from './responder.ts';

const RESPONDER = fileURLToPath(new URL('./responder.js', import.meta.url));
const DNS_CACHE = fileURLToPath(new URL('./cli/main.js', import.meta.resolve('@nodelocal/dns-cache')));

/** A program in a network namespace, which is that of this process. */
const inside = (process_: number, words: readonly string[], stdin: 'pipe' | 'ignore'): ChildProcess =>
  spawn('nsenter', ['-t', String(process_), '-n', ...words], { stdio: [stdin, 'pipe', 'ignore'] });

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
};

/** The servers elsewhere. */
export interface Responder {
  readonly heard: readonly HeardQuery[];
  change(change: ResponderChange): void;
  end(): Promise<void>;
}

export const startResponder = async (namespace: number, folder: string, plan: ResponderPlan): Promise<Responder> => {
  const file = join(folder, 'servers.json');
  writeFileSync(file, JSON.stringify(plan));
  const child = inside(namespace, [process.execPath, RESPONDER, file], 'pipe');
  const heard: HeardQuery[] = [];
  await new Promise<void>((resolve, reject) => {
    child.on('exit', () => reject(new Error('the servers did not start')));
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === 'listening') resolve();
      else heard.push(JSON.parse(line) as HeardQuery);
    });
  });
  return {
    heard,
    change: (change) => void child.stdin?.write(`${JSON.stringify(change)}\n`),
    end: () => end(child, 'SIGTERM'),
  };
};

/** dns-cache as it is shipped, serving this Corefile on the node. */
export interface RealAgent {
  kill(): Promise<void>;
}

export const startAgent = async (namespace: number, folder: string, corefile: string): Promise<RealAgent> => {
  const file = join(folder, 'Corefile');
  writeFileSync(file, corefile);
  const child = inside(namespace, [process.execPath, DNS_CACHE, 'serve', '-conf', file], 'ignore');
  await new Promise<void>((resolve, reject) => {
    child.on('exit', () => reject(new Error('the agent did not start')));
    // Its first line says where it serves: by then it listens.
    child.stdout?.once('data', () => resolve());
    child.stdout?.resume();
  });
  return { kill: () => end(child, 'SIGKILL') };
};
