import type { Effect } from '../engine/effect.ts';
import { createCatalogue } from './catalogue.ts';
import { createRecorder } from './recorder.ts';
import type { ShownSample } from './shown.ts';
import { shownSamples } from './shown.ts';

/** The numbers of a server that has no process around it: what its page of metrics would show, made of its effects alone. */
export interface Tally {
  /** Counts what a name server did; effects that no metric is about pass. */
  count(effect: Effect): void;
  /** Counters and gauges as they are now, by the names of their metrics; histograms are left out. */
  shown(): readonly ShownSample[];
}

/** @param wallClockMs milliseconds since 1970, for the metrics that are a time of day */
export const createTally = (wallClockMs: () => number): Tally => {
  const catalogue = createCatalogue();
  return {
    count: createRecorder(catalogue, wallClockMs).count,
    shown: () => [...catalogue.samples].flatMap(shownSamples).toSorted(({ name: one }, { name: other }) => (one === other ? 0 : one < other ? -1 : 1)),
  };
};
