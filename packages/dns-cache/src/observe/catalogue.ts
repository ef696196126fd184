import type { Counter } from 'prom-client';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { MetricName } from '../engine/metrics.ts';
import { METRICS } from '../engine/metrics.ts';
import { exposeDistributions, exposeSamples } from './exposition.ts';
import type { Distribution, Family, Sample } from './family.ts';
import { distributionFamily, sampleFamily } from './family.ts';

/** Every metric there is, by its name. */
export interface Catalogue {
  /** The series of a counter or gauge with these labels. @throws RangeError for a histogram */
  sample(name: MetricName, labels: readonly string[]): Sample;
  /** The series of a histogram. @throws RangeError for anything else */
  distribution(name: MetricName, labels: readonly string[]): Distribution;
  /**
   * The text format, and its content type.
   * @param runtime also what Node.js tells of itself, not only of the process
   */
  expose(runtime: boolean): Promise<{ readonly contentType: string; readonly text: string }>;
}

const NAMES = Object.keys(METRICS) as readonly MetricName[];

/** How often the lag of Node's loop is measured: each time wakes the process, and prom-client's 10 ms would never let it sleep. */
const LAG_EVERY_MS = 1000;

/** Those of the process, which Go's client has too, and those of the runtime, which it has otherwise. */
const shareDefaultMetrics = (ofProcess: Registry, ofRuntime: Registry): void => {
  const all = new Registry();
  collectDefaultMetrics({ register: all, eventLoopMonitoringPrecision: LAG_EVERY_MS });
  for (const { name } of all.getMetricsAsArray()) {
    (name.startsWith('process_') ? ofProcess : ofRuntime).registerMetric(all.getSingleMetric(name) as Counter);
  }
};

export const createCatalogue = (): Catalogue => {
  const [registry, runtimeRegistry] = [new Registry(), new Registry()];
  const samples = new Map<MetricName, Family<Sample>>();
  const distributions = new Map<MetricName, Family<Distribution>>();
  for (const name of NAMES) {
    if (METRICS[name].kind === 'histogram') {
      const family = distributionFamily(name);
      distributions.set(name, family);
      exposeDistributions(registry, family);
    } else {
      const family = sampleFamily(name);
      samples.set(name, family);
      exposeSamples(registry, family);
    }
  }
  let isShared = false;
  return {
    sample(name, labels) {
      const family = samples.get(name);
      if (family === undefined) throw new RangeError(`${name} is a histogram`);
      return family.child(labels);
    },
    distribution(name, labels) {
      const family = distributions.get(name);
      if (family === undefined) throw new RangeError(`${name} is no histogram`);
      return family.child(labels);
    },
    async expose(runtime) {
      // From the first time on: it costs memory, and wakes an idle process, which nobody needs who never asks.
      if (!isShared) shareDefaultMetrics(registry, runtimeRegistry);
      isShared = true;
      const shown = runtime ? [registry, runtimeRegistry] : [registry];
      const texts = await Promise.all(shown.map((one) => one.metrics()));
      return { contentType: registry.contentType, text: texts.join('') };
    },
  };
};
