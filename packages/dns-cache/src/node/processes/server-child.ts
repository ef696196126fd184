import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import process from 'node:process';
import type { FromServer, ServerBeginning, ToServer } from './protocol.ts';
import { BEGINNING_VARIABLE } from './protocol.ts';

/** The descriptors that all servers of a supervisor have. */
export type HandedDown = Pick<ServerBeginning, 'sockets' | 'journal'>;

/** How to start one: what Node.js is told to run. */
export interface ServerCommand {
  readonly program: string;
  readonly words: readonly string[];
}

export interface ServerEvents {
  readonly heard: (message: FromServer) => void;
  /** It is no more: by a status or a signal, as people say it. */
  readonly ended: (how: string) => void;
}

/** A server process, as its supervisor sees it. */
export interface ServerChild {
  tell(message: ToServer): void;
  /** It ends at once, whatever it is doing. */
  kill(): void;
}

/** Where a child finds what it inherits, behind its standard streams and the channel of messages. */
const FIRST_FD = 4;

export const startServerChild = (
  { program, words }: ServerCommand,
  beginning: Omit<ServerBeginning, keyof HandedDown>,
  { sockets, journal }: HandedDown,
  { heard, ended }: ServerEvents,
): ServerChild => {
  const inherited = sockets.map((socket, index) => ({ ...socket, fd: FIRST_FD + 1 + index }));
  const own: ServerBeginning = { ...beginning, journal: FIRST_FD, sockets: inherited };
  const child: ChildProcess = spawn(process.execPath, [program, ...words], {
    env: { ...process.env, [BEGINNING_VARIABLE]: JSON.stringify(own) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', journal, ...sockets.map(({ fd }) => fd)],
  });
  let hasEnded = false;
  const end = (how: string): void => {
    if (hasEnded) return;
    hasEnded = true;
    ended(how);
  };
  child.on('message', (message: FromServer) => heard(message));
  child.on('exit', (status, signal) => end(signal === null ? `it ended with ${status}` : `it was ended by ${signal}`));
  child.on('error', (error) => end(`it could not be started: ${error.message}`));
  const tell = (message: ToServer): void => {
    // What cannot be told is told by its end.
    if (child.connected) child.send(message, () => undefined);
  };
  return {
    tell,
    kill: () => void child.kill('SIGKILL'),
  };
};
