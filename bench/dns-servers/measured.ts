import type { Latency, Load } from './load.ts';

/** What one server showed from its start to its stop. */
export interface Round {
  readonly load: Load;
  readonly latency: Latency;
  readonly memory: { readonly startedKb: number; readonly fullKb: number };
}

/** Everything that was measured of one server. */
export interface Measured {
  readonly name: string;
  readonly rounds: readonly Round[];
}

export const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
