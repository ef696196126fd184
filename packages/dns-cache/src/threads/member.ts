import { Worker } from 'node:worker_threads';
import type { OwnShare } from '../message/share.ts';
import { reasonOf } from '../reason.ts';
import type { FromThread, RequestKind, Requests, ThreadBeginning, ToThread } from './protocol.ts';

export interface MemberEvents {
  readonly heard: (message: Exclude<FromThread, { kind: 'done' | 'failed' }>) => void;
  /** It is no more, and was not ended by `end`. */
  readonly died: (reason: string) => void;
}

/** Of a thread that died before it answered. */
export class ThreadDiedError extends Error {
  constructor(thread: string, reason: string) {
    super(`${thread} died meanwhile: ${reason}`);
    this.name = 'ThreadDiedError';
  }
}

/** As people count. */
export const threadName = ({ own, threads }: OwnShare): string => `thread ${own + 1} of ${threads}`;

/** A thread, as the main one sees it. */
export interface Member {
  tell(message: ToThread): void;
  /** @throws Error with what the thread says, ThreadDiedError */
  request<Kind extends RequestKind>(what: Kind, asks: Requests[Kind]['asks']): Promise<Requests[Kind]['gives']>;
  /** As it stands: what it owes is lost. */
  end(): Promise<void>;
  /** Ends it as a bug of its own would, with this for a reason. */
  kill(why: string): void;
}

interface Waiting {
  readonly done: (gives: never) => void;
  readonly failed: (error: Error) => void;
}

/** Beside this file, once it is built. */
export const THREAD_PROGRAM = new URL('./worker.js', import.meta.url);

/** @param program what the thread runs */
export const startMember = (program: URL, beginning: ThreadBeginning, { heard, died }: MemberEvents): Member => {
  const worker = new Worker(program, { workerData: beginning, name: `dns-cache ${beginning.share.own}` });
  const waiting = new Map<number, Waiting>();
  let lastRequest = 0;
  let isEnded = false;
  let reason = 'it ended';

  const settle = (request: number): Waiting | undefined => {
    const found = waiting.get(request);
    waiting.delete(request);
    return found;
  };

  worker.on('message', (message: FromThread) => {
    switch (message.kind) {
      case 'done':
        settle(message.request)?.done(message.gives as never);
        return;
      case 'failed':
        settle(message.request)?.failed(new Error(message.error));
        return;
      case 'answer':
      case 'drop':
      case 'effects':
      case 'log':
      case 'taps':
      case 'released':
      case 'seen':
        heard(message);
    }
  });
  worker.on('error', (error) => {
    reason = reasonOf(error);
  });
  worker.on('exit', () => {
    for (const { failed } of waiting.values()) failed(new ThreadDiedError(threadName(beginning.share), reason));
    waiting.clear();
    if (!isEnded) died(reason);
  });

  return {
    tell: (message) => worker.postMessage(message),
    request: (what, asks) =>
      new Promise((done, failed) => {
        lastRequest += 1;
        waiting.set(lastRequest, { done, failed });
        worker.postMessage({ kind: 'request', what, request: lastRequest, asks });
      }),
    async end() {
      isEnded = true;
      await worker.terminate();
    },
    kill(why) {
      reason = why;
      void worker.terminate();
    },
  };
};
