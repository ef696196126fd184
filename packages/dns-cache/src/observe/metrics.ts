import type { Effect } from '../engine/effect.ts';
import type { MetricName } from '../engine/metrics.ts';
import { METRICS } from '../engine/metrics.ts';
import { createCacheCounter } from './cached.ts';
import type { Catalogue } from './catalogue.ts';
import { createCatalogue } from './catalogue.ts';
import { observe } from './family.ts';
import { createServedCounter } from './served.ts';

/** Effects folded into the numbers that Prometheus asks for. */
export interface Metrics extends Pick<Catalogue, 'expose'> {
  /** Counts what a name server did; effects that no metric is about pass. */
  count(effect: Effect): void;
  /** Sets a gauge, or adds to a counter or histogram, that no effect is about. */
  record(metric: MetricName, labels: readonly string[], value: number): void;
}

export const createMetrics = (): Metrics => {
  const catalogue = createCatalogue();
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
    expose: (runtime) => catalogue.expose(runtime),
  };
};
