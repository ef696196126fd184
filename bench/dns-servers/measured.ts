import type { Latency, Load } from './load.ts';

/** Everything that was measured of one server, turn by turn; its memory once in each round. */
export interface Measured {
  readonly name: string;
  readonly loads: readonly Load[];
  readonly latencies: readonly Latency[];
  readonly memories: readonly { readonly startedKb: number; readonly fullKb: number }[];
}

export const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
