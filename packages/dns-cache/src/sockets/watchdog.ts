import { performance } from 'node:perf_hooks';

/** Calls back when something has been quiet for long enough. */
export interface Watchdog {
  /** From here on it looks. */
  watch(): void;
  stop(): void;
}

/**
 * A timer that is not set anew for each sign of life: it looks once the time is over, and waits for the rest where there was
 * one since.
 * @param quietSince `undefined` where there is nothing to watch now
 */
export const createWatchdog = (ms: number, quietSince: () => number | undefined, bark: () => void): Watchdog => {
  let timer: NodeJS.Timeout | undefined;

  const look = (): void => {
    timer = undefined;
    const since = quietSince();
    if (since === undefined) return;
    const leftMs = since + ms - performance.now();
    if (leftMs > 0) timer = setTimeout(look, Math.ceil(leftMs)).unref();
    else bark();
  };

  return {
    watch() {
      timer ??= setTimeout(look, ms).unref();
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
};
