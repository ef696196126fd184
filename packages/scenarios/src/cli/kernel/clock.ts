import { performance } from 'node:perf_hooks';
import type { Timing } from '../../run/clock.ts';

/** Time as it passes, from now on; `stop` calls nothing more. */
export const realTime = (): Timing & { stop(): void } => {
  const startedMs = performance.now();
  const timers = new Set<NodeJS.Timeout>();
  return {
    get nowMs() {
      return performance.now() - startedMs;
    },
    at(moment, action) {
      const timer = setTimeout(
        () => {
          timers.delete(timer);
          action();
        },
        moment - (performance.now() - startedMs),
      );
      timers.add(timer);
    },
    stop() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
};
