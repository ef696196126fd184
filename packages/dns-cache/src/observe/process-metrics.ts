import type { Counter } from 'prom-client';
import { collectDefaultMetrics, Registry } from 'prom-client';

/** How often the lag of Node's loop is measured: each time wakes the process, and prom-client's 10 ms would never let it sleep. */
const LAG_EVERY_MS = 1000;

/** What is known of the process, by anyone's doing. */
export interface ProcessMetrics {
  /** @param runtime also what Node.js tells of itself, which Go's client has otherwise */
  expose(runtime: boolean): Promise<string>;
}

export const createProcessMetrics = (): ProcessMetrics => {
  let registries: { readonly ofProcess: Registry; readonly ofRuntime: Registry } | undefined;
  /** From the first time on: it costs memory, and wakes an idle process, which nobody needs who never asks. */
  const begin = (): NonNullable<typeof registries> => {
    const [all, ofProcess, ofRuntime] = [new Registry(), new Registry(), new Registry()];
    collectDefaultMetrics({ register: all, eventLoopMonitoringPrecision: LAG_EVERY_MS });
    for (const { name } of all.getMetricsAsArray()) {
      (name.startsWith('process_') ? ofProcess : ofRuntime).registerMetric(all.getSingleMetric(name) as Counter);
    }
    return { ofProcess, ofRuntime };
  };
  return {
    async expose(runtime) {
      registries ??= begin();
      const { ofProcess, ofRuntime } = registries;
      const texts = await Promise.all((runtime ? [ofProcess, ofRuntime] : [ofProcess]).map((one) => one.metrics()));
      return texts.join('');
    },
  };
};
