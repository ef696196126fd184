import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ClientReport } from '../clients/report.ts';
import type { Effect, LogLevel } from '../engine/effect.ts';
import type { CacheScope, ListedEntry } from '../engine/snapshot.ts';
import { isInScope, listEntries, loadEntries, saveEntries } from '../engine/snapshot.ts';
import { writeAsk } from '../message/ask.ts';
import type { Question } from '../message/check.ts';
import { foldName } from '../message/name.ts';
import { CLASS, TYPE } from '../message/numbers.ts';
import type { OwnShare } from '../message/share.ts';
import { threadOf, WHOLE } from '../message/share.ts';
import type { ExplainedBlock } from '../plugin/explained.ts';
import type { ListenAddress } from '../plugin/listen-address.ts';
import type { HostAddresses } from '../plugin/lookup.ts';
import type { Corefile } from '../plugin/server-block.ts';
import { checkCorefile, checkTime, wholeNumber } from '../range.ts';
import type { NameServer } from '../server/name-server.ts';
import { createNameServer } from '../server/name-server.ts';
import type { Filter } from '../watching/filter.ts';
import type { Batch } from '../watching/told.ts';
import type { Generation } from './generation.ts';
import { clientsMax, readDescriptors } from './descriptors.ts';
import { createGeneration } from './generation.ts';
import type { AnswerUpstream } from './injected-upstreams.ts';
import { createInjectedUpstreams } from './injected-upstreams.ts';
import { createLifecycle } from './lifecycle.ts';
import { lookUpHosts } from './lookup.ts';
import type { OuterFacility } from './service-error.ts';
import { refuseUnserved } from './service-error.ts';
import type { Sockets, Taker } from './sockets.ts';
import { createSockets, wantedBy } from './sockets.ts';
import { createTurns } from './turns.ts';
import { createUpkeep } from './upkeep.ts';
import { createUpstreams } from './upstreams.ts';
import type { WatchFiles } from './watch.ts';
import { watchFiles } from './watch.ts';
import type { Watch } from './watchers.ts';
import { createWatchers } from './watchers.ts';

/** What a service is made of. */
export interface ServiceOptions {
  readonly corefile: Corefile;
  /** Of server blocks that name none, 1 to 65535. */
  readonly port: number;
  /** Gives the text of a file that a directive names. @throws Error where it cannot be read */
  readonly readFile: (path: string) => string;
  /** Takes a line of the log, without its end. */
  readonly log: (level: LogLevel, line: string) => void;
  /** Told everything that the server does; without this nobody is. */
  readonly observe?: (effect: Effect) => void;
  /** Told what `dnstap` tells, in its own form, and which line of it; the caller carries it there. Without this it is lost. */
  readonly tapped?: (sink: string, payload: Uint8Array) => void;
  /** What the caller does of what directives ask of a process; without this a Corefile that asks for it is refused. */
  readonly facilities?: readonly OuterFacility['kind'][];
  /** Answers in the place of upstreams; without this they are asked over the network. */
  readonly answerUpstream?: AnswerUpstream;
}

/** A name, as it is asked, and a type of it or all. */
export interface ExplainedQuestion {
  readonly name: Question['name'];
  /** IANA's number; `undefined`: all. */
  readonly type: number | undefined;
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
  /** What earlier configurations owed is answered, or was waited for long enough. */
  settled(): Promise<void>;
  /** What the caches hold of it, for people. @throws StoppedError */
  listCache(scope: CacheScope): Promise<readonly ListedEntry[]>;
  /** What would become of queries for a name: who answers, what is kept of it, whom it would ask. */
  explain(about: ExplainedQuestion): Promise<readonly ExplainedBlock[]>;
  /** Who makes the load; `undefined` where no block has `clients`. */
  clients(): Promise<ClientReport | undefined>;
  /** Tells of queries as they come, as far as the filter lets them through, until it is stopped. */
  watch(filter: Filter, tell: (batch: Batch) => void): Watch;
  /** @returns how many entries went @throws StoppedError */
  flushCache(scope: CacheScope): Promise<number>;
  /** What the caches hold, for `loadCaches`. @throws StoppedError */
  saveCaches(): Promise<SavedCaches>;
  /** @param elapsedMs since they were saved @returns how many entries were taken @throws StoppedError; RangeError for a time that is none */
  loadCaches(saved: SavedCaches, elapsedMs: number): Promise<number>;
  /**
   * Takes no more queries, answers those that came, then lets go of everything, for good.
   * @param last is done in between: the caches are still there
   */
  stop(last?: () => Promise<void>): Promise<void>;
}

/** Random numbers that a forger cannot foresee (RFC 5452 §9.2). */
const RANDOM_STEPS = 2 ** 47;
const unpredictable = (): number => randomInt(RANDOM_STEPS) / RANDOM_STEPS;

/** Of a thread, whether the name is among its own. */
const isOurs = (name: Question['name'], share: OwnShare): boolean => {
  const question = { name, type: TYPE.A, class: CLASS.IN };
  const message = writeAsk({ id: 0, question, recursionDesired: true, checkingDisabled: false, authenticated: false, edns: undefined });
  return threadOf(message, share) === share.own;
};

/** What a service stands in: sockets and files of its own, or, for one of several threads, what the main one hands to it. */
export interface Surroundings {
  readonly createSockets: (taker: Taker) => Sockets;
  readonly watchFiles: WatchFiles;
  /** The addresses of the hosts that the Corefile names. @throws CorefileError */
  readonly lookUpHosts: (corefile: Corefile) => Promise<HostAddresses>;
  /** Which names come here; `undefined` where all do. */
  readonly share?: OwnShare;
}

/** Of callers without types. @throws RangeError */
export const checkOptions = ({ corefile, port }: Pick<ServiceOptions, 'corefile' | 'port'>): void => {
  checkCorefile(corefile);
  // With 0 each socket would get a port of its own, and nobody be told of it.
  wholeNumber('port', port, 1, 0xffff);
};

/** @throws CorefileError, ListenError, FacilityError, DescriptorError; then nothing is left open */
export const startServiceIn = async (options: ServiceOptions, surroundings: Surroundings): Promise<Service> => {
  const { share } = surroundings;
  const { port, log, readFile, observe = () => undefined, tapped = () => undefined, facilities = [], answerUpstream } = options;
  checkOptions(options);
  const createServer = async (corefile: Corefile, previous?: () => NameServer): Promise<NameServer> => {
    refuseUnserved(corefile, facilities);
    const hosts = await surroundings.lookUpHosts(corefile);
    return createNameServer({
      corefile,
      port,
      readFile,
      hosts,
      random: unpredictable,
      unixMs: () => Date.now(),
      ...(previous === undefined ? {} : { previous: previous() }),
      ...(share === undefined ? {} : { share }),
    });
  };
  const generationOf = (server: NameServer): Generation => {
    const upstreams = answerUpstream === undefined ? createUpstreams(observe) : createInjectedUpstreams(answerUpstream);
    return createGeneration({ server, log, observe, tapped, upstreams });
  };

  let current = generationOf(await createServer(options.corefile));
  const sockets = surroundings.createSockets({
    answerAtOnce: (datagram) => current.answerAtOnce(datagram),
    take: (link, received) => {
      if (link === 'udp') turns.wait(received);
      else current.take(link, received);
    },
  });
  const turns = createTurns({ take: (received) => current.take('udp', received), shed: (received) => current.shed(received) });
  const leaving = new Set<Promise<void>>();

  const upkeep = createUpkeep({ sockets, readFile, log, watchFiles: surroundings.watchFiles });
  const watch = (generation: Generation) =>
    upkeep.watch(generation.server, (path, text) => generation.tell({ kind: 'file', path, text }));

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

  const watchers = createWatchers(current.server);

  const reload = async (corefile: Corefile): Promise<void> => {
    const next = generationOf(await createServer(corefile, () => current.server));
    const { closeOthers } = await sockets.open(wantedBy(next.server));
    const previous = current;
    current = next;
    watchers.moveTo(current.server);
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

  const stop = async (last: (() => Promise<void>) | undefined): Promise<void> => {
    sockets.pause();
    turns.finish();
    watcher.stop();
    await Promise.all([current.drained(), ...leaving]);
    await last?.();
    current.close();
    // One turn of the loop lets the last answers leave their sockets.
    await new Promise((resolve) => setImmediate(resolve));
    sockets.close();
  };

  const lifecycle = createLifecycle({ reload, stop });
  const { refuseStopped } = lifecycle;

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
    reload: (corefile) => lifecycle.reload(corefile),
    async settled() {
      await Promise.all(leaving);
    },
    listCache: async (scope) =>
      [...current.server.caches.values()].flatMap((cache) => listEntries(cache, performance.now(), scope)),
    // Of several threads the one that has the name knows.
    explain: async ({ name, type }) => (isOurs(name, share ?? WHOLE) ? current.server.explain({ name: foldName(name), type, now: performance.now() }) : []),
    clients: async () => current.server.clients(),
    watch: (filter, tell) => watchers.add(filter, tell),
    async flushCache(scope) {
      refuseStopped();
      return [...current.server.caches.values()].reduce((flushed, cache) => flushed + cache.flush(isInScope(scope)), 0);
    },
    async saveCaches() {
      const saved: Record<string, SavedCaches[string]> = {};
      for (const [name, cache] of current.server.caches) {
        saved[name] = saveEntries(cache, performance.now());
        // A full cache takes a tenth of a second or more: queries that came meanwhile go first.
        await nextTurn();
      }
      return saved;
    },
    async loadCaches(saved, elapsedMs) {
      refuseStopped();
      checkTime('elapsedMs', elapsedMs);
      let loaded = 0;
      for (const [name, cache] of current.server.caches) {
        loaded += loadEntries(cache, saved[name] ?? [], elapsedMs, performance.now(), share);
        await nextTurn();
      }
      return loaded;
    },
    stop: (last) => lifecycle.stop(last),
  };
};

/** On sockets and files of its own. @throws CorefileError, ListenError, FacilityError, DescriptorError; then nothing is left open */
export const startService = (options: ServiceOptions): Promise<Service> => 
  startServiceIn(options, { createSockets, watchFiles, lookUpHosts: (corefile) => lookUpHosts(corefile, options.readFile) });
