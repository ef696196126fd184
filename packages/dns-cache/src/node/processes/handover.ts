import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { renameSync, rmSync, statSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InheritedSocket } from '../../loop/inherited.ts';
import { openDescriptorReceiver, sendDescriptors } from '../../loop/pass-descriptors.ts';
import type { SystemCalls } from '../../loop/system-calls.ts';
import { codeOf, reasonOf } from '../../reason.ts';
import { SUCCESSOR_MAX_MS } from './limits.ts';
import { readLines } from './lines.ts';

/*
 * How an agent goes on in the place of another of the same node, an older one or a newer. It asks for its sockets, has a server
 * ready, and says `yield`: from then on the other reads none of them, what comes waits, and the caches are written down. When it
 * serves it says `done`, and the other waits: if this one is gone, before or after, it goes on. So it does if nobody serves in time.
 */

type ToPredecessor = { readonly kind: 'sockets'; readonly at: string } | { readonly kind: 'yield' | 'done' };
type ToSuccessor = { readonly kind: 'yielded' | 'retired' | 'refused' };

/** For each answer; what takes longer is not there. */
const ANSWER_MAX_MS = 10_000;
const LOOK_MS = 5;

const socketFile = (directory: string): string => join(directory, 'agent');

const say = (socket: Socket, message: ToPredecessor | ToSuccessor): void => void socket.write(`${JSON.stringify(message)}\n`);

/** It has closed the connection: it is gone, or has begun anew, or is about to hand over to yet another. */
type Closed = 'closed';

/** The agent that was there before, as long as it is. */
export interface Predecessor {
  /** The same sockets as it has. @throws Error */
  sockets(): Promise<readonly InheritedSocket[] | Closed>;
  /** It reads them no longer. @throws Error where it does not answer */
  yield(): Promise<'yielded' | Closed>;
  /** It is not needed any more. @throws Error where it does not answer */
  done(): Promise<'retired' | Closed>;
  /** It may go on. */
  dismiss(): void;
}

/** A connection to the agent of this node; `undefined` where none runs. */
const reachAgent = async (directory: string): Promise<Socket | undefined> => {
  const socket = createConnection(socketFile(directory));
  try {
    await once(socket, 'connect');
    return socket;
  } catch (error) {
    // It shut the door just now; another's may be there already.
    if (codeOf(error) === 'ECONNRESET') return reachAgent(directory);
    // No such file, or one that an agent left that was killed: whoever is not there hands nothing over.
    return undefined;
  }
};

/** The agent of this node that runs already; `undefined` where there is none. */
export const findPredecessor = async (calls: SystemCalls, directory: string): Promise<Predecessor | undefined> => {
  const socket = await reachAgent(directory);
  if (socket === undefined) return undefined;
  socket.on('error', () => undefined);
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  // It emits the errors of the socket as its own; to hear one is to hear that it has ended.
  const nextLine = (): Promise<IteratorResult<string, undefined>> => lines.next().catch(() => ({ done: true, value: undefined }));
  const isClosed = (): boolean => socket.destroyed || socket.readableEnded;

  const ask = async <Answer extends ToSuccessor['kind']>(message: ToPredecessor, answer: Answer): Promise<Answer | Closed> => {
    if (isClosed()) return 'closed';
    say(socket, message);
    const line = await Promise.race([nextLine(), sleep(ANSWER_MAX_MS, undefined, { ref: false })]);
    if (line?.done === true) return 'closed';
    const told = line === undefined ? undefined : (JSON.parse(line.value) as ToSuccessor);
    if (told?.kind === 'refused') return 'closed';
    if (told?.kind === answer) return answer;
    throw new Error(`the agent before gave no answer to '${message.kind}'`);
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
          if (isClosed()) return 'closed';
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
    dismiss: () => void socket.end(),
  };
};

/** Whether an agent of this node runs. */
export const isAgentThere = async (directory: string): Promise<boolean> => {
  const socket = await reachAgent(directory);
  socket?.destroy();
  return socket !== undefined;
};

/** Resolves when no agent is found here any more. */
export const agentGone = async (directory: string): Promise<void> => {
  for (let socket = await reachAgent(directory); socket !== undefined; socket = await reachAgent(directory)) {
    const opened = socket.on('error', () => undefined).resume();
    await new Promise((resolve) => opened.once('close', resolve));
  }
};

export interface Succession {
  /** What is handed over. */
  readonly sockets: () => readonly InheritedSocket[];
  /** Resolves when none of them is read here any more. */
  readonly yielding: () => Promise<void>;
  /** Another serves now. */
  readonly retired: () => Promise<void>;
  /** It is gone, before or after it served. */
  readonly abandoned: (hadRetired: boolean) => void;
  readonly log: (line: string) => void;
}

/** Hears those who want to go on in our place, one at a time. */
export interface SuccessionDoor {
  close(): void;
}

export const openSuccession = async (calls: SystemCalls, directory: string, succession: Succession): Promise<SuccessionDoor> => {
  const { sockets, yielding, retired, abandoned, log } = succession;
  const path = socketFile(directory);
  const connections = new Set<Socket>();
  let successor: Socket | undefined;
  let isDone = false;
  let hasRetired = false;

  const hear = async (socket: Socket, line: string): Promise<void> => {
    // What it said last may be heard once it is gone.
    if (socket.destroyed) return;
    const message = JSON.parse(line) as ToPredecessor;
    // Not who only looks whether an agent is there.
    if (!hasRetired) successor ??= socket;
    if (successor !== socket) {
      say(socket, { kind: 'refused' });
      socket.end();
      return;
    }
    switch (message.kind) {
      case 'sockets': {
        const all = sockets();
        const error = sendDescriptors(calls, message.at, JSON.stringify(all.map(({ transport, endpoint }) => ({ transport, endpoint }))), all.map(({ fd }) => fd));
        // One that was killed has left it.
        rmSync(message.at, { force: true });
        if (error !== undefined) log(`[ERROR] Cannot hand the sockets over at ${message.at}: ${error}`);
        return;
      }
      case 'yield':
        log('[INFO] Another agent goes on in the place of this one');
        await yielding();
        say(socket, { kind: 'yielded' });
        await sleep(SUCCESSOR_MAX_MS / 2);
        // The second half begins now: a machine that stood still has not heard yet what was said meanwhile.
        await sleep(SUCCESSOR_MAX_MS / 2);
        if (socket.destroyed || isDone) return;
        log('[WARNING] The other agent does not serve: going on');
        socket.destroy();
        return;
      case 'done':
        isDone = true;
        // It may have begun anew since it yielded.
        await yielding();
        if (socket.destroyed) return;
        // The door stays: who comes until the other has its own is to find that somebody is in charge.
        hasRetired = true;
        await retired();
        say(socket, { kind: 'retired' });
    }
  };

  const server: Server = createServer((socket) => {
    connections.add(socket);
    socket.on('error', () => undefined);
    readLines(socket, (line) => {
      hear(socket, line).catch((error: unknown) => log(`[ERROR] Handing over: ${reasonOf(error)}`));
    });
    socket.on('close', () => {
      connections.delete(socket);
      if (successor !== socket) return;
      successor = undefined;
      abandoned(hasRetired);
    });
  });
  // At no time is there none: whoever looks finds the one before, or this one.
  const made = `${path}.${randomUUID().slice(0, 8)}`;
  server.listen(made);
  await once(server, 'listening');
  const { ino } = statSync(made);
  renameSync(made, path);
  return {
    close() {
      server.close();
      // It may be another agent's by then.
      if (statSync(path, { throwIfNoEntry: false })?.ino === ino) rmSync(path, { force: true });
      // Also those who have not spoken: they find whoever is in charge by then.
      for (const socket of connections) socket.destroy();
    },
  };
};
