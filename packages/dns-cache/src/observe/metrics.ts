import type { MetricName } from '../engine/metrics.ts';
import { createCatalogue } from '../counting/catalogue.ts';
import type { Counts } from '../counting/counts.ts';
import type { Recorder } from '../counting/recorder.ts';
import { createRecorder } from '../counting/recorder.ts';
import { expose } from './exposition.ts';
import { createProcessMetrics } from './process-metrics.ts';

/** Effects folded into the numbers that Prometheus asks for. */
export interface Metrics extends Recorder {
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
  const { count, record } = createRecorder(catalogue, () => Date.now());
  return {
    count,
    record,
    set(metric, labels, total) {
      catalogue.sample(metric, labels).value = total;
    },
    counts: () => catalogue.counts(),
    async expose(runtime, others = []) {
      const sum = others.length === 0 ? catalogue : createCatalogue();
      if (sum !== catalogue) for (const counts of [catalogue.counts(), ...others]) sum.add(counts);
      const [{ contentType, text }, processText] = await Promise.all([expose(sum.samples, sum.distributions), ofProcess.expose(runtime)]);
      return { contentType, text: `${text}${processText}` };
    },
  };
};
