import type { MetricName } from '../engine/metrics.ts';
import { METRICS } from '../engine/metrics.ts';
import type { Counts } from './counts.ts';
import { addDistribution, addSample, readCounts } from './counts.ts';
import type { Distribution, Family, Sample } from './family.ts';
import { distributionFamily, sampleFamily } from './family.ts';

/** Every metric there is, by its name. */
export interface Catalogue {
  /** The series of a counter or gauge with these labels. @throws RangeError for a histogram */
  sample(name: MetricName, labels: readonly string[]): Sample;
  /** The series of a histogram. @throws RangeError for anything else */
  distribution(name: MetricName, labels: readonly string[]): Distribution;
  /** All that was counted. */
  counts(): Counts;
  /** Counts what others have counted. */
  add(counts: Counts): void;
  /** The counters and gauges, and the histograms, in the order of the definitions. */
  readonly samples: Iterable<Family<Sample>>;
  readonly distributions: Iterable<Family<Distribution>>;
}

const NAMES = Object.keys(METRICS) as readonly MetricName[];

export const createCatalogue = (): Catalogue => {
  const samples = new Map<MetricName, Family<Sample>>();
  const distributions = new Map<MetricName, Family<Distribution>>();
  for (const name of NAMES) {
    if (METRICS[name].kind === 'histogram') distributions.set(name, distributionFamily(name));
    else samples.set(name, sampleFamily(name));
  }

  const sampleOf = (name: MetricName, labels: readonly string[]): Sample => {
    const family = samples.get(name);
    if (family === undefined) throw new RangeError(`${name} is a histogram`);
    return family.child(labels);
  };

  const distributionOf = (name: MetricName, labels: readonly string[]): Distribution => {
    const family = distributions.get(name);
    if (family === undefined) throw new RangeError(`${name} is no histogram`);
    return family.child(labels);
  };

  return {
    sample: sampleOf,
    distribution: distributionOf,
    counts: () => readCounts(samples.values(), distributions.values()),
    add(counts) {
      for (const one of counts.samples) addSample(sampleOf(one.name, one.labels), one);
      for (const one of counts.distributions) addDistribution(distributionOf(one.name, one.labels), one);
    },
    samples: [...samples.values()],
    distributions: [...distributions.values()],
  };
};
