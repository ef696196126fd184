import type { MetricName } from '../engine/metrics.ts';
import { METRICS } from '../engine/metrics.ts';
import type { Distribution, Family, Sample } from './family.ts';

/** A series as plain data, which a thread can tell another. */
interface Counted<Value> {
  readonly name: MetricName;
  /** The values of its labels, in the order of the definition. */
  readonly labels: readonly string[];
  readonly value: Value;
}

/** All that was counted. */
export interface Counts {
  /** Counters and gauges. */
  readonly samples: readonly Counted<number>[];
  /** Histograms: for each bucket, and for what is above them all, how often a value fell into it, and the sum of the values. */
  readonly distributions: readonly Counted<{ readonly counts: readonly number[]; readonly sum: number }>[];
}

const read = <Value, Plain>(families: Iterable<Family<Value>>, plain: (value: Value) => Plain): readonly Counted<Plain>[] =>
  [...families].flatMap((family) => {
    const { name, definition } = family;
    return [...family.children()].map(({ labels, value }) => ({
      name,
      labels: definition.labels.map((label) => labels[label] ?? ''),
      value: plain(value),
    }));
  });

export const readCounts = (samples: Iterable<Family<Sample>>, distributions: Iterable<Family<Distribution>>): Counts => ({
  samples: read(samples, ({ value }) => value),
  distributions: read(distributions, ({ counts, sum }) => ({ counts: [...counts], sum })),
});

/** Puts what another thread has counted to what is counted here. */
export const addSample = (sample: Sample, { name, value }: Counted<number>): void => {
  const { kind, isShared = false } = METRICS[name];
  if (kind === 'counter' || isShared) sample.value += value;
  else sample.value = Math.max(sample.value, value);
};

export const addDistribution = (distribution: Distribution, { value }: Counts['distributions'][number]): void => {
  for (const [index, count] of value.counts.entries()) distribution.counts[index] = (distribution.counts[index] ?? 0) + count;
  distribution.sum += value.sum;
};

/** What stays of the counts of a thread that is no more: what it held is gone, what it did is not. */
export const withoutGauges = ({ samples, distributions }: Counts): Counts => ({
  samples: samples.filter(({ name }) => METRICS[name].kind === 'counter'),
  distributions,
});
