import type { Effect } from '../engine/effect.ts';
import { createCatalogue } from './catalogue.ts';
import { createRecorder } from './recorder.ts';
import type { ShownSample } from './shown.ts';
import { shownSamples } from './shown.ts';

/** The numbers of a server that has no process around it: what its page of metrics would show, made of its effects alone. */
export interface Tally {
  /** Counts what a name server did; effects that no metric is about pass. */
  count(effect: Effect): void;
  /** Counters and gauges as they are now, in the order of Go's client: by the metric's name, then by the labels. Histograms are left out. */
  shown(): readonly ShownSample[];
}

/** No name and no label has this octet. */
const SEPARATOR = '\0';

const keyOf = ({ name, labels }: ShownSample): string => [name, ...Object.values(labels)].join(SEPARATOR);

/** @param wallClockMs milliseconds since 1970, for the metrics that are a time of day */
export const createTally = (wallClockMs: () => number): Tally => {
  const catalogue = createCatalogue();
  return {
    count: createRecorder(catalogue, wallClockMs).count,
    shown: () => [...catalogue.samples].flatMap(shownSamples).toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)),
  };
};
