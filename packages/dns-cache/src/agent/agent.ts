import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from '../address.ts';
import { durationText } from '../corefile/duration.ts';
import { placeholderHints } from '../corefile/placeholder.ts';
import { clientCounts } from '../counting/clients.ts';
import type { Counts } from '../counting/counts.ts';
import type { LogLevel } from '../engine/effect.ts';
import { pollHealth } from '../observe/health.ts';
import type { Page } from '../observe/http.ts';
import { createHttpEndpoints } from '../observe/http.ts';
import type { Metrics } from '../observe/metrics.ts';
import { createMetrics } from '../observe/metrics.ts';
import type { Corefile } from '../plugin/server-block.ts';
import { facilitiesOf } from '../plugin/server-block.ts';
import { reasonOf } from '../reason.ts';
import type { NameServer } from '../server/name-server.ts';
import type { Serving } from '../threads/serving.ts';
import { startServing, threadHints, threadsFor } from '../threads/start.ts';
import { banner, describePlugins, describeProcess } from './announce.ts';
import { checkCacheFile, loadCacheFile, saveCacheFile } from './cache-file.ts';
import { openControl } from './control.ts';
import { createOpened } from './opened.ts';
import type { Status } from './pages.ts';
import { openMetricsPage, pagesOf } from './pages.ts';
import { createReloader } from './reload.ts';
import type { Taps } from '../taps/taps.ts';
import { createTaps } from '../taps/taps.ts';

/** What an agent is made of; all that is not given it does not do. */
export interface AgentOptions {
  /** Reads the Corefile. @throws CorefileError and others that say what is wrong */
  readonly load: () => Corefile;
  /** Of server blocks that name none, 1 to 65535. */
  readonly port: number;
  /** Gives the text of a file that a directive names. @throws Error where it cannot be read */
  readonly readFile: (path: string) => string;
  /** Takes a line of the log, without its end. */
  readonly print: (line: string) => void;
  /** After a fatal line: ends the process. */
  readonly die: () => void;
  /** Is asked of each later Corefile. @throws Error with what is wrong with it here; then the old one goes on */
  readonly accept?: (corefile: Corefile) => void;
  /** The files are read and the sockets open: from here on the end of the process is to be orderly. */
  readonly listening: () => void;
  /** Do not print what is served where. */
  readonly quiet: boolean;
  /** As metrics and the first lines show it. */
  readonly version: string;
  /** Where operators may list and flush the caches, see `control.ts`. */
  readonly control?: string;
  /** Where the caches wait for the next start. */
  readonly cacheFile?: string;
  /** Where all metrics are shown, whatever the Corefile says; as in node-cache an address that is taken is worth a line. */
  readonly metricsAddress?: Endpoint;
  /** What `/ready` says until it stops, beside `/health` too; without this the server is ready as long as it is there. */
  readonly readiness?: () => Promise<Page>;
}

/** The name server with everything that its Corefile asks of a process: metrics, health, reload. */
export interface Agent {
  readonly service: Serving;
  readonly metrics: Metrics;
  /** Looks at the Corefile now, as `reload` does from time to time. */
  reload(): Promise<void>;
  /** Writes the caches down, where there is a file for that; a full disk is worth a line. */
  saveCaches(): Promise<void>;
  /** Says that it is about to stop, for as long as `health` asks for, and goes on answering. */
  lameduck(): Promise<void>;
  /** Goes into lameduck mode, answers what it owes, and lets go of everything. */
  stop(): Promise<void>;
  /**
   * Without lameduck mode, for another process that goes on with the same sockets: once this resolves its pages can be opened and
   * its caches read, and `settled` is when all that is owed was answered.
   */
  leave(): Promise<{ readonly settled: Promise<void> }>;
}

/** @throws CorefileError, CacheFileError, ListenError, SocketFileError, DescriptorError; then nothing is left open */
export const startAgent = async (options: AgentOptions): Promise<Agent> => {
  const { print, port, readFile, version, cacheFile } = options;
  const metrics = createMetrics();
  const opened = createOpened();
  const pages = createHttpEndpoints();
  let running = options.load();
  let debug = false;
  let stopping = false;
  let polls: readonly { stop(): void }[] = [];

  const log = (level: LogLevel, line: string): void => {
    if (level !== 'debug' || debug) print(line);
    if (level === 'fatal') options.die();
  };

  /** The caches are worth a line, not the node's DNS. */
  const tryWith = async (file: string, work: (file: string) => Promise<string>): Promise<void> => {
    try {
      print(`[INFO] ${file}: ${await work(file)}`);
    } catch (error) {
      print(`[WARNING] ${file}: ${reasonOf(error)}; going on without`);
    }
  };

  const stopPolls = (): void => {
    for (const poll of polls) poll.stop();
  };

  /** What is counted elsewhere than in `metrics`. */
  const elsewhere = async (): Promise<readonly Counts[]> => {
    const [counts, report] = await Promise.all([service.counts(), service.clients()]);
    return report === undefined ? counts : [...counts, clientCounts(report)];
  };

  const status: Status = { metrics, elsewhere, stopping: () => stopping, readiness: options.readiness };
  const openPages = ({ facilities }: NameServer): Promise<void> => pages.apply(pagesOf(facilities, status));

  const openMetrics = async (address: Endpoint): Promise<void> => {
    try {
      const page = await openMetricsPage(address, status);
      opened.add(() => page.close());
    } catch (error) {
      print(`[ERROR] Failed to start metrics handler: ${reasonOf(error)}`);
    }
  };

  const taps = createTaps(readFile, log);

  const takeUp = (corefile: Corefile, server: NameServer): void => {
    const { facilities } = server;
    for (const hint of placeholderHints(corefile.words)) print(`[WARNING] ${hint}`);
    for (const hint of threadHints(corefile, service.threads)) print(`[WARNING] ${hint}`);
    for (const facility of facilities) {
      // The folder may come later.
      if (facility.kind === 'root' && !existsSync(facility.path)) print(`[WARNING] plugin/root: Root path does not exist: ${facility.path}`);
    }
    stopPolls();
    const health = facilities.filter((facility) => facility.kind === 'health');
    polls = health.map(({ endpoint }) => pollHealth(endpoint, metrics, print));
    debug = facilities.some(({ kind }) => kind === 'debug');
    describePlugins(metrics, server);
    // Process-wide, the last one counts (CoreDNS plugin/reload/setup.go).
    reloader.every(facilities.findLast((facility) => facility.kind === 'reload'));
  };

  const reloader = createReloader(running, {
    load: options.load,
    apply: async (corefile) => {
      options.accept?.(corefile);
      taps.add(facilitiesOf(corefile));
      try {
        await service.reload(corefile);
        try {
          await openPages(service.server);
        } catch (error) {
          // A page's port is taken: the old configuration goes on as a whole.
          await service.reload(running);
          throw error;
        }
        takeUp(corefile, service.server);
        running = corefile;
      } finally {
        await taps.keep(facilitiesOf(running));
      }
    },
    log: print,
    failed: () => metrics.record('coredns_reload_failed_total', [], 1),
    running: (hash) => metrics.record('coredns_reload_version_info', ['sha512', hash], 1),
  });

  // What would show only at the end.
  if (cacheFile !== undefined) checkCacheFile(cacheFile);
  const facilities = ['prometheus', 'health', 'ready', 'profiler', 'reload', 'multisocket', 'dnstap'] as const;
  const { threads } = threadsFor(running);
  // Several count each for themselves.
  const counting = threads === 1 ? { observe: metrics.count.bind(metrics) } : {};
  const threadDied = (): void => metrics.record('coredns_panics_total', [], 1);
  const tapped: Taps['write'] = (sink, payload) => taps.write(sink, payload);
  taps.add(facilitiesOf(running));
  opened.add(() => taps.keep([]));
  const service = await startServing({ corefile: running, port, readFile, log, ...counting, tapped, facilities, threadDied }, threads).catch(async (error: unknown) => {
    await opened.closeAll();
    throw error;
  });
  options.listening();
  opened.add(() => pages.close());
  opened.add(stopPolls);
  opened.add(() => reloader.stop());
  describeProcess(metrics, version);
  try {
    await openPages(service.server);
    if (options.metricsAddress !== undefined) await openMetrics(options.metricsAddress);
    if (options.control !== undefined) {
      const control = await openControl(options.control, service);
      opened.add(() => control.close());
    }
  } catch (error) {
    await opened.closeAll();
    await service.stop();
    throw error;
  }
  if (!options.quiet) for (const line of banner(service.served, version)) print(line);
  takeUp(running, service.server);
  if (cacheFile !== undefined && existsSync(cacheFile)) {
    await tryWith(cacheFile, async (file) => `took ${await loadCacheFile(service, file)} entries`);
  }

  const saveOnce = async (): Promise<void> => {
    if (cacheFile !== undefined) await tryWith(cacheFile, () => saveCacheFile(service, cacheFile).then(() => 'saved'));
  };

  /** One after the other: they write the same file. */
  let saving: Promise<void> = Promise.resolve();
  const saveCaches = (): Promise<void> => {
    saving = saving.then(saveOnce);
    return saving;
  };

  const beLame = async (): Promise<void> => {
    stopping = true;
    reloader.stop();
    const health = service.server.facilities.filter((facility) => facility.kind === 'health');
    const lameduckMs = Math.max(0, ...health.map((facility) => facility.lameduckMs));
    if (lameduckMs > 0) {
      print(`[INFO] plugin/health: Going into lameduck mode for ${durationText(lameduckMs)}`);
      await sleep(lameduckMs);
    }
  };

  let lame: Promise<void> | undefined;
  const lameduck = (): Promise<void> => {
    lame ??= beLame();
    return lame;
  };

  const stop = async (): Promise<void> => {
    await lameduck();
    await service.stop(saveCaches);
    await opened.closeAll();
  };

  let stopped: Promise<void> | undefined;
  return {
    service,
    metrics,
    reload: () => reloader.look(),
    saveCaches,
    lameduck,
    async leave() {
      lame ??= Promise.resolve();
      stopping = true;
      reloader.stop();
      await saveCaches();
      await opened.closeAll();
      stopped ??= service.stop();
      return { settled: stopped };
    },
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
};
