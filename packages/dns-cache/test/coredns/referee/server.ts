import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import process from 'node:process';
import { createInterface } from 'node:readline';

/** On a machine that has much else to do: one that cannot begin ends, and says so at once. */
const START_MS = 60_000;
const STOP_MS = 8000;
const TRY_MS = 20;
const RELOAD_MS = 5000;
const RELOADED = /Reloading complete|starting with listener file descriptors/;

/** A server that was started with a Corefile. */
export interface RunningServer {
  /** Whether it has begun to serve; if not, it ended. */
  readonly isReady: boolean;
  /** What it has printed since this was called last. */
  freshLines(): readonly string[];
  /** Sends it, and waits until a line says what came of it. */
  signal(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** None of them outlives the referee, however it ends. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const stream = connect({ host: '127.0.0.1', port });
    const end = (is: boolean): void => {
      stream.destroy();
      resolve(is);
    };
    stream.once('connect', () => end(true));
    stream.once('error', () => end(false));
  });

export const startServer = async ([program = '', ...words]: readonly string[], { port, folder }: { readonly port: number; readonly folder: string }): Promise<RunningServer> => {
  const child = spawn(program, words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const exited = once(child, 'exit');
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  const complaints: string[] = [];
  createInterface(child.stderr).on('line', (line) => complaints.push(line));
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  let isReady = false;
  for (const end = performance.now() + START_MS; !isReady && !hasEnded() && performance.now() < end; ) {
    // The banner comes when all of it listens.
    isReady = (await isListening(port)) && lines.some((line) => line.startsWith('linux/'));
    if (!isReady) await new Promise((resolve) => setTimeout(resolve, TRY_MS));
  }
  if (!isReady && !hasEnded()) child.kill('SIGKILL');
  return {
    isReady: isReady && !hasEnded(),
    freshLines: () => [...lines.splice(0), ...(isReady ? [] : complaints.splice(0))].filter((line) => !line.includes('maxprocs')),
    async signal(name) {
      child.kill(`SIG${name}` as NodeJS.Signals);
      for (const end = performance.now() + RELOAD_MS; !lines.some((line) => RELOADED.test(line)) && performance.now() < end; ) await new Promise((resolve) => setTimeout(resolve, TRY_MS));
    },
    async stop() {
      if (hasEnded()) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await exited;
      clearTimeout(timer);
    },
  };
};
