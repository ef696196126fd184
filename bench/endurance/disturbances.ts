import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { kill } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

/** The server that is disturbed. */
export interface Disturbed {
  readonly pid: number;
  readonly control: string;
  readonly corefile: string;
  readonly threads: number;
  /** The Corefile, in one of its forms. */
  readonly text: (form: number) => string;
}

const post = async (socketPath: string, path: string): Promise<string> => {
  const sent = request({ socketPath, path, method: 'POST' }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString().trim();
  if (response.statusCode !== 200) throw new Error(`${path}: ${text}`);
  return text;
};

/** What is done to it, how often; each says what it did, and whether clients may have to ask again. */
export interface Disturbance {
  readonly name: string;
  readonly everySeconds: number;
  readonly isHard: boolean;
  readonly doIt: (server: Disturbed, random: () => number) => Promise<string>;
}

const STOPPED_MS = { least: 300, more: 3000 } as const;

export const DISTURBANCES: readonly Disturbance[] = [
  {
    name: 'reload',
    everySeconds: 17,
    isHard: false,
    async doIt({ pid, corefile, text }, random) {
      const form = Math.floor(random() * 4);
      writeFileSync(corefile, text(form));
      kill(pid, 'SIGUSR1');
      return `form ${form}`;
    },
  },
  {
    name: 'flush',
    everySeconds: 13,
    isHard: false,
    async doIt({ control }, random) {
      const path = random() < 0.3 ? '/cache/flush' : '/cache/flush?zone=hot.bench.test';
      return `${path}: ${await post(control, path)}`;
    },
  },
  {
    name: 'stop',
    everySeconds: 41,
    isHard: true,
    async doIt({ pid }, random) {
      const ms = Math.round(STOPPED_MS.least + random() * STOPPED_MS.more);
      kill(pid, 'SIGSTOP');
      await sleep(ms);
      kill(pid, 'SIGCONT');
      return `${ms} ms`;
    },
  },
  {
    name: 'kill a thread',
    everySeconds: 29,
    isHard: true,
    async doIt({ control, threads }, random) {
      if (threads === 1) return 'there is only one';
      const number = 1 + Math.floor(random() * threads);
      return `thread ${await post(control, `/thread/kill?number=${number}`)}`;
    },
  },
];
