const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;
const DAY_MS = 24 * HOUR_MS;

/** `0.42 ms`, `5.002 s`, `5 days`: as long as a lookup takes, a resolver waits, or an entry lives. */
export const printMs = (ms: number): string => {
  if (ms >= 2 * DAY_MS) return `${Number((ms / DAY_MS).toFixed(1))} days`;
  if (ms >= 2 * HOUR_MS) return `${Number((ms / HOUR_MS).toFixed(1))} hours`;
  if (ms >= SECOND_MS) return `${Number((ms / SECOND_MS).toFixed(3))} s`;
  return `${ms.toFixed(2)} ms`;
};

/** On an axis: as short as it can be. */
export const tickMs = (ms: number): string => {
  if (ms >= SECOND_MS) return `${Number((ms / SECOND_MS).toFixed(2))} s`;
  return ms === 0 ? '0' : `${Number(ms.toPrecision(2))} ms`;
};
