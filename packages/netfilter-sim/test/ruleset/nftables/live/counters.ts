import { listedCounters } from '../../../support/listed-counters.ts';
import type { KernelReport } from './kernel.ts';
import type { ModelReport } from './model.ts';

/** What each counter came to. */
export const kernelCounters = ({ after }: KernelReport): Readonly<Record<string, string>> => Object.fromEntries(listedCounters(after));

export const modelCounters = ({ state }: ModelReport, { after }: KernelReport): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...listedCounters(after).keys()].map((key) => {
      const { packets, bytes } = state.counters.get(key) ?? { packets: 0, bytes: 0 };
      return [key, `${packets}:${bytes}`];
    }),
  );
