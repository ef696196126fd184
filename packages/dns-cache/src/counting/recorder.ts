import type { Effect } from '../engine/effect.ts';
import type { MetricName } from '../engine/metrics.ts';
import { METRICS } from '../engine/metrics.ts';
import { createCacheCounter } from './cached.ts';
import type { Catalogue } from './catalogue.ts';
import { observe } from './family.ts';
import { createServedCounter } from './served.ts';

/** Puts into a catalogue what happened. */
export interface Recorder {
  /** Counts what a name server did; effects that no metric is about pass. */
  readonly count: (effect: Effect) => void;
  /** Sets a gauge, or adds to a counter or histogram, that no effect is about. */
  readonly record: (metric: MetricName, labels: readonly string[], value: number) => void;
}

/** @param wallClockMs milliseconds since 1970, for the metrics that are a time of day */
export const createRecorder = (catalogue: Catalogue, wallClockMs: () => number): Recorder => {
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
        catalogue.sample(metric, labels).value = wallClockMs() / 1000;
        return;
      case 'histogram':
        observe(catalogue.distribution(metric, labels), buckets, value);
    }
  };

  return {
    record,
    count: (effect) => {
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
        case 'tap':
      }
    },
  };
};
