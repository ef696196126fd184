import type { Effect, LogLevel } from '../engine/effect.ts';
import type { SystemCalls } from '../loop/system-calls.ts';
import type { Link } from '../message/link.ts';
import type { Share } from '../message/share.ts';
import { threadOf } from '../message/share.ts';
import type { Counts } from '../counting/counts.ts';
import type { Received } from '../sockets/listener.ts';
import type { Watch } from '../sockets/watchers.ts';
import type { Filter } from '../watching/filter.ts';
import type { Batch } from '../watching/told.ts';
import type { Member } from './member.ts';
import { threadName } from './member.ts';
import type { Configuration, FromThread, RequestKind, Requests } from './protocol.ts';
import type { ServingOptions } from './serving.ts';
import type { Relay } from './relay.ts';
import { createRelay } from './relay.ts';
import type { Seat } from './seat.ts';
import { createSeat } from './seat.ts';
import type { SharedSockets } from './shared-sockets.ts';
import { createSharedSockets } from './shared-sockets.ts';

export interface CrewOptions {
  /** What threads run. */
  readonly program: URL;
  readonly calls: SystemCalls;
  readonly share: Share;
  readonly configuration: Configuration;
  readonly log: (level: LogLevel, line: string) => void;
  /** Told all that threads do; without it they do not tell. */
  readonly observe: ((effect: Effect) => void) | undefined;
  readonly tapped: ServingOptions['tapped'];
  /** A thread died. */
  readonly lost: () => void;
}

/** The threads that serve, each its part of the names. */
export interface Crew {
  readonly sockets: Pick<SharedSockets, 'bind'>;
  /** Gives a query to the thread that has its name. */
  take(link: Link['kind'], received: Received): void;
  /** All go on with another configuration, or none. @throws Error with what one of them says */
  configure(configuration: Configuration): Promise<void>;
  tellFile(path: string, text: string): void;
  /** Asks all that are there. @throws Error with what one of them says */
  request<Kind extends RequestKind>(what: Kind, asks: Requests[Kind]['asks']): Promise<readonly Requests[Kind]['gives'][]>;
  counts(): Promise<readonly Counts[]>;
  /** Has all threads tell of queries, also those that come later. */
  watch(filter: Filter, tell: (batch: Batch) => void): Watch;
  /** All that was taken for them is answered. */
  drained(): Promise<void>;
  /** Ends one as a bug of its own would, and gives false where there is none of this number. */
  kill(thread: number): boolean;
  /** Ends them all, and closes their sockets. */
  end(): Promise<void>;
}

/** @throws Error where a thread cannot serve the configuration; then there are none */
export const startCrew = async (options: CrewOptions): Promise<Crew> => {
  const { program, calls, share, log } = options;
  let { configuration } = options;
  const relay: Relay = createRelay();
  const watches = new Map<number, { readonly filter: Filter; readonly tell: (batch: Batch) => void }>();
  let lastWatcher = 0;
  const sockets = createSharedSockets(calls, share, () => seats.map(({ member }) => member));

  const hear = (thread: number, message: Exclude<FromThread, { kind: 'done' | 'failed' }>): void => {
    switch (message.kind) {
      case 'answer':
        relay.answer(message.query, message.message);
        return;
      case 'drop':
        relay.drop(message.query);
        return;
      case 'log':
        for (const [level, line] of message.lines) log(level, line);
        return;
      case 'taps':
        for (const [sink, payload] of message.taps) options.tapped?.(sink, payload);
        return;
      case 'effects':
        for (const effect of message.effects) options.observe?.(effect);
        return;
      case 'released':
        sockets.released(thread, message.fd);
        return;
      case 'seen':
        watches.get(message.watcher)?.tell(message.batch);
    }
  };

  /** A new thread goes on with the sockets of the one before, and with what that owed to the main one. */
  const employ = (thread: number, member: Member): void => {
    sockets.handOver(thread, member);
    for (const [watcher, { filter }] of watches) member.tell({ kind: 'watch', watcher, filter });
    for (const relayed of relay.owedBy(thread)) member.tell({ kind: 'query', ...relayed });
  };

  const seats: readonly Seat[] = Array.from({ length: share.threads }, (_, own) =>
    createSeat({
      program,
      share: { ...share, own },
      calls,
      tellsEffects: options.observe !== undefined,
      configuration: () => configuration,
      heard: (message) => hear(own, message),
      filled: (member) => employ(own, member),
      lost(reason) {
        log('error', `[ERROR] ${threadName({ ...share, own })} died: ${reason}; another takes its place`);
        sockets.lost(own);
        options.lost();
      },
      warn: (line) => log('warning', line),
    }),
  );

  const end = async (): Promise<void> => {
    await Promise.all(seats.map((seat) => seat.end()));
    sockets.close();
  };

  const filled = await Promise.allSettled(seats.map((seat) => seat.fill()));
  const failure = filled.find((one) => one.status === 'rejected');
  if (failure !== undefined) {
    await end();
    throw failure.reason;
  }

  const request: Crew['request'] = async (what, asks) => (await Promise.all(seats.map((seat) => seat.request(what, asks)))).flat();

  return {
    sockets,
    take(link, received) {
      const thread = threadOf(received.message, share);
      const relayed = relay.take(link, thread, received);
      seats[thread]?.member?.tell({ kind: 'query', ...relayed });
    },
    async configure(next) {
      const before = configuration;
      configuration = next;
      const told = await Promise.allSettled(seats.map((seat) => seat.configure()));
      const refused = told.find((one) => one.status === 'rejected');
      if (refused === undefined) return;
      configuration = before;
      await Promise.all(seats.filter((_, thread) => told[thread]?.status === 'fulfilled').map((seat) => seat.configure()));
      throw refused.reason;
    },
    tellFile(path, text) {
      configuration = { ...configuration, files: new Map([...configuration.files, [path, { text }]]) };
      for (const { member } of seats) member?.tell({ kind: 'file', path, text });
    },
    request,
    watch(filter, tell) {
      lastWatcher += 1;
      const watcher = lastWatcher;
      watches.set(watcher, { filter, tell });
      for (const { member } of seats) member?.tell({ kind: 'watch', watcher, filter });
      return {
        stop() {
          watches.delete(watcher);
          for (const { member } of seats) member?.tell({ kind: 'unwatch', watcher });
        },
      };
    },
    counts: async () => (await Promise.all(seats.map((seat) => seat.counts()))).flat(),
    drained: () => relay.drained(),
    kill(thread) {
      const member = seats[thread]?.member;
      member?.kill('killed');
      return member !== undefined;
    },
    end,
  };
};
