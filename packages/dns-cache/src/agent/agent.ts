import { existsSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { durationText } from '../corefile/duration.ts';
import type { LogLevel } from '../engine/effect.ts';
import { pollHealth } from '../observe/health.ts';
import { createHttpEndpoints } from '../observe/http.ts';
import type { Metrics } from '../observe/metrics.ts';
import { createMetrics } from '../observe/metrics.ts';
import type { Corefile } from '../plugin/server-block.ts';
import { reasonOf } from '../reason.ts';
import type { NameServer } from '../server/name-server.ts';
import type { Service } from '../sockets/service.ts';
import { startService } from '../sockets/service.ts';
import { loadCacheFile, saveCacheFile } from './cache-file.ts';
import { openControl } from './control.ts';
import { pagesOf } from './pages.ts';
import { createReloader } from './reload.ts';

export interface AgentOptions {
  /** Reads the Corefile. @throws CorefileError and others that say what is wrong */
  readonly load: () => Corefile;
  readonly port: number;
  readonly readFile: (path: string) => string;
  readonly print: (line: string) => void;
  /** After a fatal line: ends the process. */
  readonly die: () => void;
  /** Do not print what is served where. */
  readonly quiet: boolean;
  readonly version: string;
  /** Where operators may list and flush the caches, see `control.ts`. */
  readonly control?: string;
  /** Where the caches wait for the next start. */
  readonly cacheFile?: string;
}

/** The name server with everything that its Corefile asks of a process: metrics, health, reload. */
export interface Agent {
  readonly service: Service;
  readonly metrics: Metrics;
  /** Looks at the Corefile now, as `reload` does from time to time. */
  reload(): Promise<void>;
  /** Goes into lameduck mode where that is asked for, answers what it owes, and lets go of everything. */
  stop(): Promise<void>;
}

const describeProcess = (metrics: Metrics, version: string): void => {
  metrics.record('coredns_build_info', [version, '', `node ${process.version}`], 1);
};

const describePlugins = (metrics: Metrics, server: NameServer): void => {
  for (const { place, plugins } of server.enabled) {
    for (const plugin of plugins) {
      metrics.record('coredns_plugin_enabled', [place.server, place.zone, place.view, plugin], 1);
    }
  }
};

/** @throws CorefileError, ListenError */
export const startAgent = async (options: AgentOptions): Promise<Agent> => {
  const { print, port, readFile, version } = options;
  const metrics = createMetrics();
  const pages = createHttpEndpoints();
  const initial = options.load();
  let debug = false;
  let stopping = false;
  let polls: readonly { stop(): void }[] = [];

  const log = (level: LogLevel, line: string): void => {
    if (level !== 'debug' || debug) print(line);
    if (level === 'fatal') options.die();
  };

  /** The caches are worth a line, not the node's DNS. */
  const tryWith = (file: string, work: (file: string) => string): void => {
    try {
      print(`[INFO] ${file}: ${work(file)}`);
    } catch (error) {
      print(`[WARNING] ${file}: ${reasonOf(error)}; going on without`);
    }
  };

  const applyFacilities = async (server: NameServer): Promise<void> => {
    const { facilities } = server;
    await pages.apply(pagesOf(facilities, { metrics, stopping: () => stopping }));
    for (const poll of polls) poll.stop();
    const health = facilities.filter((facility) => facility.kind === 'health');
    polls = health.map(({ endpoint }) => pollHealth(endpoint, metrics, print));
    debug = facilities.some(({ kind }) => kind === 'debug');
    describePlugins(metrics, server);
    // Process-wide, the last one counts (CoreDNS plugin/reload/setup.go).
    reloader.every(facilities.findLast((facility) => facility.kind === 'reload'));
  };

  const reloader = createReloader(initial, {
    load: options.load,
    apply: async (corefile) => {
      await service.reload(corefile);
      await applyFacilities(service.server);
    },
    log: print,
    failed: () => metrics.record('coredns_reload_failed_total', [], 1),
    running: (hash) => metrics.record('coredns_reload_version_info', ['sha512', hash], 1),
  });

  const service = await startService({ corefile: initial, port, readFile, log, observe: (effect) => metrics.count(effect) });
  describeProcess(metrics, version);
  if (!options.quiet) {
    for (const line of service.served) print(line);
    print(version);
    print(`${process.platform}/${process.arch}, node ${process.version}`);
  }
  try {
    await applyFacilities(service.server);
  } catch (error) {
    await service.stop();
    throw error;
  }

  const control = options.control === undefined ? undefined : await openControl(options.control, service);
  if (options.cacheFile !== undefined && existsSync(options.cacheFile)) {
    tryWith(options.cacheFile, (file) => `took ${loadCacheFile(service, file)} entries`);
  }

  return {
    service,
    metrics,
    reload: () => reloader.look(),
    async stop() {
      stopping = true;
      reloader.stop();
      const health = service.server.facilities.filter((facility) => facility.kind === 'health');
      const lameduckMs = Math.max(0, ...health.map((facility) => facility.lameduckMs));
      if (lameduckMs > 0) {
        print(`[INFO] plugin/health: Going into lameduck mode for ${durationText(lameduckMs)}`);
        await sleep(lameduckMs);
      }
      await service.stop();
      if (options.cacheFile !== undefined) {
        tryWith(options.cacheFile, (file) => {
          saveCacheFile(service, file);
          return 'saved';
        });
      }
      for (const poll of polls) poll.stop();
      await pages.close();
      await control?.close();
    },
  };
};
