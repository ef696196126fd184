import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InheritedSocket } from '../../loop/inherited.ts';
import { openDescriptorReceiver, sendDescriptors } from '../../loop/pass-descriptors.ts';
import type { SystemCalls } from '../../loop/system-calls.ts';
import { reasonOf } from '../../reason.ts';
import { readLines } from './lines.ts';

/*
 * How an agent goes on in the place of another of the same node, an older one or a newer. It asks for its sockets, has a server
 * ready, and says `yield`: from then on the other reads none of them, what comes waits, and the caches are written down. When it
 * serves it says `done`, and the other waits: if this one is gone, before or after, it goes on. Who says `bye` has cleared up.
 */

type ToPredecessor = { readonly kind: 'sockets'; readonly at: string } | { readonly kind: 'yield' | 'done' | 'bye' };
type ToSuccessor = { readonly kind: 'yielded' | 'retired' } | { readonly kind: 'refused'; readonly reason: string };

/** For each answer; what takes longer is not there. */
const ANSWER_MAX_MS = 10_000;
const LOOK_MS = 5;

const socketFile = (directory: string): string => join(directory, 'agent');

const say = (socket: Socket, message: ToPredecessor | ToSuccessor): void => void socket.write(`${JSON.stringify(message)}\n`);

/** The agent that was there before, as long as it is. */
export interface Predecessor {
  /** The same sockets as it has. @throws Error */
  sockets(): Promise<readonly InheritedSocket[]>;
  /** It reads them no longer. @throws Error where it is gone: then nobody does */
  yield(): Promise<void>;
  /** It is not needed any more. */
  done(): Promise<void>;
  /** It may go on: nothing of this one is left. */
  dismiss(): void;
}

/** A connection to the agent of this node; `undefined` where none runs. */
const reachAgent = async (directory: string): Promise<Socket | undefined> => {
  const socket = createConnection(socketFile(directory));
  try {
    await once(socket, 'connect');
    return socket;
  } catch {
    // No such file, or one that an agent left that was killed: whoever is not there hands nothing over.
    return undefined;
  }
};

/** The agent of this node that runs already; `undefined` where there is none. */
export const findPredecessor = async (calls: SystemCalls, directory: string): Promise<Predecessor | undefined> => {
  const socket = await reachAgent(directory);
  if (socket === undefined) return undefined;
  socket.on('error', () => undefined);
  const heard = createInterface({ input: socket })[Symbol.asyncIterator]();

  const ask = async (message: ToPredecessor, answer: ToSuccessor['kind']): Promise<void> => {
    say(socket, message);
    const line = await Promise.race([heard.next(), sleep(ANSWER_MAX_MS, undefined, { ref: false })]);
    const told = line === undefined || line.done === true ? undefined : (JSON.parse(line.value) as ToSuccessor);
    if (told?.kind !== answer) throw new Error(`the agent before gave no answer to '${message.kind}'${told?.kind === 'refused' ? `: ${told.reason}` : ''}`);
  };

  return {
    async sockets() {
      const at = join(directory, `handover.${process.pid}`);
      rmSync(at, { force: true });
      const receiver = openDescriptorReceiver(calls, at);
      if (typeof receiver === 'string') throw new Error(`cannot receive sockets at ${at}: ${receiver}`);
      try {
        say(socket, { kind: 'sockets', at });
        for (let waitedMs = 0; waitedMs < ANSWER_MAX_MS; waitedMs += LOOK_MS) {
          const received = receiver.receive();
          if (received !== undefined) {
            const sockets = JSON.parse(received.text) as readonly Pick<InheritedSocket, 'transport' | 'endpoint'>[];
            return sockets.map((one, place) => ({ ...one, place, fd: received.fds[place] ?? -1 }));
          }
          await sleep(LOOK_MS);
        }
        throw new Error('the agent before sent no sockets');
      } finally {
        receiver.close();
        rmSync(at, { force: true });
      }
    },
    yield: () => ask({ kind: 'yield' }, 'yielded'),
    done: () => ask({ kind: 'done' }, 'retired'),
    dismiss() {
      say(socket, { kind: 'bye' });
      socket.end();
    },
  };
};

/** Whether an agent of this node runs. */
export const isAgentThere = async (directory: string): Promise<boolean> => {
  const socket = await reachAgent(directory);
  socket?.destroy();
  return socket !== undefined;
};

export interface Succession {
  /** What is handed over. */
  readonly sockets: () => readonly InheritedSocket[];
  /** Resolves when none of them is read here any more. */
  readonly yielding: () => Promise<void>;
  /** Another serves now. */
  readonly retired: () => Promise<void>;
  /** It is gone, before or after it served; `orderly`: and nothing of it is left. */
  readonly abandoned: (hadRetired: boolean, orderly: boolean) => void;
  readonly log: (line: string) => void;
}

/** Hears those who want to go on in our place, one at a time. */
export interface SuccessionDoor {
  close(): void;
}

export const openSuccession = async (calls: SystemCalls, directory: string, succession: Succession): Promise<SuccessionDoor> => {
  const { sockets, yielding, retired, abandoned, log } = succession;
  const path = socketFile(directory);
  let successor: Socket | undefined;
  let hasRetired = false;
  let saidBye = false;

  const hear = async (socket: Socket, line: string): Promise<void> => {
    const message = JSON.parse(line) as ToPredecessor;
    // Not who only looks whether an agent is there.
    successor ??= socket;
    if (successor !== socket) {
      say(socket, { kind: 'refused', reason: 'yet another agent is about to go on in its place' });
      socket.end();
      return;
    }
    switch (message.kind) {
      case 'sockets': {
        const all = sockets();
        const error = sendDescriptors(calls, message.at, JSON.stringify(all.map(({ transport, endpoint }) => ({ transport, endpoint }))), all.map(({ fd }) => fd));
        if (error !== undefined) log(`[ERROR] Cannot hand the sockets over at ${message.at}: ${error}`);
        return;
      }
      case 'yield':
        log('[INFO] Another agent goes on in the place of this one');
        await yielding();
        say(socket, { kind: 'yielded' });
        return;
      case 'bye':
        saidBye = true;
        return;
      case 'done':
        hasRetired = true;
        server.close();
        await retired();
        say(socket, { kind: 'retired' });
    }
  };

  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    readLines(socket, (line) => {
      hear(socket, line).catch((error: unknown) => log(`[ERROR] Handing over: ${reasonOf(error)}`));
    });
    socket.on('close', () => {
      if (successor !== socket) return;
      successor = undefined;
      abandoned(hasRetired, saidBye);
    });
  });
  rmSync(path, { force: true });
  server.listen(path);
  await once(server, 'listening');
  return {
    close() {
      server.close();
      successor?.destroy();
    },
  };
};
