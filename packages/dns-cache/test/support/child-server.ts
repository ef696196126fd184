import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import process from 'node:process';
import { encodeQuery } from '@nodelocal/dns-cache';
import { askUdp } from './loopback.ts';

/** A DNS server as a child process, on a loopback port. */
export interface ChildServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** What is started, and what it answers once it is there. Its folder is removed with it. */
export interface ChildServerOptions {
  readonly program: string;
  readonly words: readonly string[];
  readonly folder: string;
  readonly port: number;
  readonly probe: { readonly name: string; readonly type: string };
}

export const startChildServer = async (options: ChildServerOptions): Promise<ChildServer> => {
  const { program, words, folder, port, probe } = options;
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin`;
  const child = spawn(program, words, { stdio: 'ignore', env: { PATH: path } });
  const exited = once(child, 'exit');
  for (let tries = 0; ; tries += 1) {
    try {
      await askUdp(port, encodeQuery({ id: 1, ...probe }), 200);
      break;
    } catch (error) {
      if (tries > 50 || child.exitCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return {
    port,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
};
