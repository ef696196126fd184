import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { mergeReports } from '../clients/report.ts';
import type { SystemCalls } from '../loop/system-calls.ts';
import { BOARD_OCTETS } from '../message/share.ts';
import type { Corefile } from '../plugin/server-block.ts';
import { createNameServer } from '../server/name-server.ts';
import { clientsMax, readDescriptors } from '../sockets/descriptors.ts';
import { createLifecycle } from '../sockets/lifecycle.ts';
import { STOP_GRACE_MS } from '../sockets/limits.ts';
import { lookUpHosts } from '../sockets/lookup.ts';
import { refuseUnserved } from '../sockets/service-error.ts';
import type { SavedCaches } from '../sockets/service.ts';
import { checkOptions } from '../sockets/service.ts';
import { createSockets, wantedBy } from '../sockets/sockets.ts';
import { checkTime } from '../range.ts';
import { bindDatagrams } from '../sockets/udp-listener.ts';
import { createUpkeep } from '../sockets/upkeep.ts';
import { watchFiles } from '../sockets/watch.ts';
import { startCrew } from './crew.ts';
import { recordFiles } from './found-files.ts';
import type { Configuration } from './protocol.ts';
import type { Serving, ServingOptions } from './serving.ts';

const SEEDS = 2 ** 32;

export interface CrewSettings {
  readonly calls: SystemCalls;
  readonly threads: number;
  /** What they run. */
  readonly program: URL;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** The caches of several threads as one: each has the names that the others have not. */
const merge = (saved: readonly SavedCaches[]): SavedCaches => {
  const names = new Set(saved.flatMap((caches) => Object.keys(caches)));
  return Object.fromEntries([...names].map((name) => [name, saved.flatMap((caches) => caches[name] ?? [])]));
};

/**
 * A service whose queries several threads answer. The main one listens, accepts connections and reads files; datagrams go
 * from the kernel to the thread that has the name, what comes over streams by way of the main one.
 * @throws as `startService`; then nothing is left open
 */
export const startCrewService = async (options: ServingOptions, { calls, threads, program }: CrewSettings): Promise<Serving> => {
  const { log, port, readFile, observe, facilities = [] } = options;
  checkOptions(options);

  /** The main thread's own server answers nothing, and draws nothing: it says what is to be served. */
  const prepare = async (corefile: Corefile) => {
    refuseUnserved(corefile, facilities);
    const recorded = recordFiles(readFile);
    const hosts = await lookUpHosts(corefile, readFile);
    const server = createNameServer({ corefile, port, readFile: recorded.readFile, hosts, random: () => 0 });
    const configuration: Configuration = { corefile: corefile.written, port, files: recorded.files, hosts };
    return { server, configuration };
  };

  let current = await prepare(options.corefile);
  const crew = await startCrew({
    program,
    calls,
    share: { threads, seed: randomInt(SEEDS), board: new SharedArrayBuffer(BOARD_OCTETS) },
    configuration: current.configuration,
    log,
    observe,
    tapped: options.tapped,
    lost() {
      options.threadDied?.();
      // As in CoreDNS, where nothing recovers from a panic under `debug`.
      if (current.server.facilities.some(({ kind }) => kind === 'debug')) log('fatal', '[FATAL] under debug nothing goes on behind a bug');
    },
  });
  const sockets = createSockets(
    { answerAtOnce: () => 0, take: (link, received) => crew.take(link, received) },
    async (endpoint) => crew.sockets.bind(endpoint) ?? (await bindDatagrams(endpoint)),
  );
  const upkeep = createUpkeep({ sockets, readFile, log, watchFiles });
  const watch = () => upkeep.watch(current.server, (path, text) => crew.tellFile(path, text));

  try {
    await sockets.open(wantedBy(current.server));
    sockets.limit(clientsMax(readDescriptors()));
  } catch (error) {
    sockets.close();
    await crew.end();
    throw error;
  }
  let watcher = watch();

  const reload = async (corefile: Corefile): Promise<void> => {
    const next = await prepare(corefile);
    await crew.configure(next.configuration);
    const { closeOthers } = await sockets.open(wantedBy(next.server)).catch(async (error: unknown) => {
      await crew.configure(current.configuration);
      throw error;
    });
    current = next;
    watcher.stop();
    watcher = watch();
    void crew.request('settle', undefined).then(closeOthers);
  };

  const stop = async (last: (() => Promise<void>) | undefined): Promise<void> => {
    sockets.pause();
    watcher.stop();
    await Promise.race([crew.drained(), sleep(STOP_GRACE_MS, undefined, { ref: false })]);
    await crew.request('drain', undefined);
    await last?.();
    sockets.close();
    await crew.end();
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
    threads,
    reload: (corefile) => lifecycle.reload(corefile),
    async settled() {
      await crew.request('settle', undefined);
    },
    listCache: async (scope) => (await crew.request('list', scope)).flat(),
    explain: async (question) => (await crew.request('explain', question)).flat(),
    clients: async () => mergeReports((await crew.request('clients', undefined)).flatMap((report) => report ?? [])),
    watch: (filter, tell) => crew.watch(filter, tell),
    async flushCache(scope) {
      refuseStopped();
      return sum(await crew.request('flush', scope));
    },
    saveCaches: async () => merge(await crew.request('save', undefined)),
    async loadCaches(saved, elapsedMs) {
      refuseStopped();
      checkTime('elapsedMs', elapsedMs);
      return sum(await crew.request('load', { saved, elapsedMs }));
    },
    counts: () => crew.counts(),
    killThread: (thread) => crew.kill(thread),
    stop: (last) => lifecycle.stop(last),
  };
};
