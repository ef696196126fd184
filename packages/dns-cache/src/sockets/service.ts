import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Effect, LogLevel } from '../engine/effect.ts';
import type { ListedEntry } from '../engine/snapshot.ts';
import { listEntries, loadEntries, saveEntries } from '../engine/snapshot.ts';
import type { ListenAddress } from '../plugin/listen-address.ts';
import type { Corefile } from '../plugin/server-block.ts';
import { reasonOf } from '../reason.ts';
import type { NameServer } from '../server/name-server.ts';
import { createNameServer } from '../server/name-server.ts';
import type { Generation } from './generation.ts';
import { clientsMax, readDescriptors } from './descriptors.ts';
import { createGeneration } from './generation.ts';
import type { AnswerUpstream } from './injected-upstreams.ts';
import { createInjectedUpstreams } from './injected-upstreams.ts';
import type { OuterFacility } from './service-error.ts';
import { refuseUnserved, StoppedError } from './service-error.ts';
import type { Wanted } from './sockets.ts';
import { createSockets } from './sockets.ts';
import { createTurns } from './turns.ts';
import { createUpstreams } from './upstreams.ts';
import { watchFiles } from './watch.ts';

export interface ServiceOptions {
  readonly corefile: Corefile;
  readonly port: number;
  readonly readFile: (path: string) => string;
  readonly log: (level: LogLevel, line: string) => void;
  /** Told everything that the server does. */
  readonly observe?: (effect: Effect) => void;
  /** What the caller does of what directives ask of a process; without this a Corefile that asks for it is refused. */
  readonly facilities?: readonly OuterFacility['kind'][];
  /** Answers in the place of upstreams; without this they are asked over the network. */
  readonly answerUpstream?: AnswerUpstream;
}

/** The caches of a service as plain JSON, by their names. */
export type SavedCaches = Readonly<Record<string, readonly unknown[]>>;

/** A name server on real sockets. */
export interface Service {
  /** The server that takes queries now. */
  readonly server: NameServer;
  readonly listeners: readonly ListenAddress[];
  /** The zones and where they are served, sorted. */
  readonly served: readonly string[];
  /**
   * Goes on with another configuration. Sockets and caches that both have stay; queries that were taken are answered
   * as they were begun. @throws CorefileError, ListenError, FacilityError, and then goes on with what it has; StoppedError
   */
  reload(corefile: Corefile): Promise<void>;
  /** @param concerns judges folded names */
  listCache(concerns: (name: string) => boolean): readonly ListedEntry[];
  /** @returns how many entries went @throws StoppedError */
  flushCache(concerns: (name: string) => boolean): number;
  /** Also of a stopped service. */
  saveCaches(): SavedCaches;
  /** @param elapsedMs since they were saved @returns how many entries were taken @throws StoppedError */
  loadCaches(saved: SavedCaches, elapsedMs: number): number;
  /** Takes no more queries, answers those that came, then lets go of everything, for good. */
  stop(): Promise<void>;
}

/** Random numbers that a forger cannot foresee (RFC 5452 §9.2). */
const RANDOM_STEPS = 2 ** 47;
const unpredictable = (): number => randomInt(RANDOM_STEPS) / RANDOM_STEPS;

const wantedBy = (server: NameServer): readonly Wanted[] =>
  server.listeners.map((endpoint) => ({
    endpoint,
    timeouts: server.timeoutsFor(endpoint),
    tls: server.tlsFor(endpoint),
  }));

/** @throws CorefileError, ListenError, FacilityError, DescriptorError; then nothing is left open */
export const startService = async (options: ServiceOptions): Promise<Service> => {
  const { log, port, readFile, observe = () => undefined, facilities = [], answerUpstream } = options;
  const createServer = (corefile: Corefile, previous?: NameServer): NameServer => {
    refuseUnserved(corefile, facilities);
    return createNameServer({ corefile, port, readFile, random: unpredictable, ...(previous === undefined ? {} : { previous }) });
  };
  const generationOf = (server: NameServer): Generation => {
    const upstreams = answerUpstream === undefined ? createUpstreams(observe) : createInjectedUpstreams(answerUpstream);
    return createGeneration({ server, log, observe, upstreams });
  };

  let current = generationOf(createServer(options.corefile));
  const sockets = createSockets({
    answerAtOnce: (datagram) => current.answerAtOnce(datagram),
    take: (link, received) => {
      if (link === 'udp') turns.wait(received);
      else current.take(link, received);
    },
  });
  const turns = createTurns({ take: (received) => current.take('udp', received), shed: (received) => current.shed(received) });
  const leaving = new Set<Promise<void>>();
  let stopped: Promise<void> | undefined;
  let reloading: Promise<void> = Promise.resolve();

  const refuseStopped = (): void => {
    if (stopped !== undefined) throw new StoppedError();
  };

  const warn = (error: unknown, path: string, goingOn: string): void => {
    const reason = reasonOf(error);
    log('warning', `[WARNING] ${path}: ${reason}; going on ${goingOn}`);
  };

  /** Files of certificates may be seen to change one after the other: they are used once they fit together. */
  const certify = (server: NameServer, path: string): void => {
    try {
      sockets.certify(wantedBy(server));
    } catch (error) {
      warn(error, path, 'with the certificate as it was');
    }
  };

  const watch = (generation: Generation) =>
    watchFiles(generation.server.watchedFiles, (path) => {
      certify(generation.server, path);
      try {
        generation.tell({ kind: 'file', path, text: readFile(path) });
      } catch (error) {
        warn(error, path, 'without');
      }
    });

  await sockets.open(wantedBy(current.server));
  try {
    sockets.limit(clientsMax(readDescriptors()));
  } catch (error) {
    current.close();
    sockets.close();
    throw error;
  }
  let watcher = watch(current);
  current.tell({ kind: 'start' });

  const reload = async (corefile: Corefile): Promise<void> => {
    const next = generationOf(createServer(corefile, current.server));
    const { closeOthers } = await sockets.open(wantedBy(next.server));
    const previous = current;
    current = next;
    watcher.stop();
    watcher = watch(current);
    current.tell({ kind: 'start' });
    const left = previous.drained().then(() => {
      previous.close();
      closeOthers();
      leaving.delete(left);
    });
    leaving.add(left);
  };

  const stop = async (): Promise<void> => {
    await reloading;
    sockets.pause();
    turns.finish();
    watcher.stop();
    await Promise.all([current.drained(), ...leaving]);
    current.close();
    // One turn of the loop lets the last answers leave their sockets.
    await new Promise((resolve) => setImmediate(resolve));
    sockets.close();
  };

  return {
    get server() {
      return current.server;
    },
    get listeners() {
      return current.server.listeners;
    },
    get served() {
      return current.server.served;
    },
    async reload(corefile) {
      refuseStopped();
      // One after the other: each takes over the sockets of the one before.
      const done = reloading.then(() => reload(corefile));
      reloading = done.catch(() => undefined);
      await done;
    },
    listCache: (concerns) =>
      [...current.server.caches.values()].flatMap((cache) => listEntries(cache, performance.now(), concerns)),
    flushCache(concerns) {
      refuseStopped();
      return [...current.server.caches.values()].reduce((flushed, cache) => flushed + cache.flush(concerns), 0);
    },
    saveCaches: () =>
      Object.fromEntries(
        [...current.server.caches].map(([name, cache]) => [name, saveEntries(cache, performance.now())]),
      ),
    loadCaches(saved, elapsedMs) {
      refuseStopped();
      let loaded = 0;
      for (const [name, cache] of current.server.caches) {
        loaded += loadEntries(cache, saved[name] ?? [], elapsedMs, performance.now());
      }
      return loaded;
    },
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
};
