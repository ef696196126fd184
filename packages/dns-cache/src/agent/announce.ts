import process from 'node:process';
import { systemCalls } from '../loop/system-calls.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { NameServer } from '../server/name-server.ts';

/** What Prometheus is told of the process itself. */
export const describeProcess = (metrics: Metrics, version: string): void => {
  metrics.record('coredns_build_info', [version, '', `node ${process.version}`], 1);
};

/** What Prometheus is told of a configuration. */
export const describePlugins = (metrics: Metrics, server: NameServer): void => {
  for (const { place, plugins } of server.enabled) {
    for (const plugin of plugins) {
      metrics.record('coredns_plugin_enabled', [place.server, place.zone, place.view, plugin], 1);
    }
  }
};

/** What is served where, and by whom. */
export const banner = (served: readonly string[], version: string): readonly string[] => [
  ...served,
  version,
  `${process.platform}/${process.arch}, node ${process.version}`,
  ...(systemCalls() === undefined ? [WITHOUT_LOOP] : []),
];

const WITHOUT_LOOP = "by Node's own sockets, at twice the cost: no koffi for this machine, or DNS_CACHE_LOOP=off";
