/** `0.42 ms`, `1.00 s`: as long as a lookup takes, or as a resolver waits. */
export const printMs = (ms: number): string => (ms >= 1000 ? `${(ms / 1000).toFixed(ms % 1000 === 0 ? 0 : 3)} s` : `${ms.toFixed(2)} ms`);

/** On an axis: as short as it can be. */
export const tickMs = (ms: number): string => (ms >= 1000 ? `${Number((ms / 1000).toFixed(2))} s` : ms === 0 ? '0' : `${Number(ms.toPrecision(2))} ms`);
