import type { Effect } from '../engine/effect.ts';
import type { MetricName } from '../engine/metrics.ts';
import { METRICS } from '../engine/metrics.ts';
import { createCacheCounter } from './cached.ts';
import { createCatalogue } from './catalogue.ts';
import type { Counts } from './counts.ts';
import { observe } from './family.ts';
import { createProcessMetrics } from './process-metrics.ts';
import { createServedCounter } from './served.ts';

/** Effects folded into the numbers that Prometheus asks for. */
export interface Metrics {
  /** Counts what a name server did; effects that no metric is about pass. */
  count(effect: Effect): void;
  /** Sets a gauge, or adds to a counter or histogram, that no effect is about. */
  record(metric: MetricName, labels: readonly string[], value: number): void;
  /** Says what a counter has come to that is counted elsewhere. */
  set(metric: MetricName, labels: readonly string[], total: number): void;
  /** All that was counted here. */
  counts(): Counts;
  /**
   * The text format, and its content type.
   * @param runtime also what Node.js tells of itself, not only of the process
   * @param others what other threads have counted
   */
  expose(runtime: boolean, others?: readonly Counts[]): Promise<{ readonly contentType: string; readonly text: string }>;
}

export const createMetrics = (): Metrics => {
  const catalogue = createCatalogue();
  const ofProcess = createProcessMetrics();
  const countServed = createServedCounter(catalogue);
  const countCache = createCacheCounter(catalogue);

  const record = (metric: MetricName, labels: readonly string[], value: number): void => {
    const { kind, buckets = [] } = METRICS[metric];
    switch (kind) {
      case 'counter':
        catalogue.sample(metric, labels).value += value;
        return;
      case 'gauge':
        catalogue.sample(metric, labels).value = value;
        return;
      case 'timestamp':
        catalogue.sample(metric, labels).value = Date.now() / 1000;
        return;
      case 'histogram':
        observe(catalogue.distribution(metric, labels), buckets, value);
    }
  };

  return {
    count(effect) {
      switch (effect.kind) {
        case 'served':
          countServed(effect);
          return;
        case 'cache':
          countCache(effect);
          return;
        case 'metric':
          record(effect.metric, effect.labels, effect.value);
          return;
        case 'answer':
        case 'drop':
        case 'ask':
        case 'abandon':
        case 'log':
      }
    },
    record,
    set(metric, labels, total) {
      catalogue.sample(metric, labels).value = total;
    },
    counts: () => catalogue.counts(),
    async expose(runtime, others = []) {
      const sum = others.length === 0 ? catalogue : createCatalogue();
      if (sum !== catalogue) for (const counts of [catalogue.counts(), ...others]) sum.add(counts);
      const [{ contentType, text }, processText] = await Promise.all([sum.expose(), ofProcess.expose(runtime)]);
      return { contentType, text: `${text}${processText}` };
    },
  };
};
