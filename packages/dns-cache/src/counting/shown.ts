import type { MetricDefinition, MetricName } from '../engine/metrics.ts';
import type { Family, Sample } from './family.ts';

/** A counter or a gauge as the page of metrics shows it. */
export interface ShownSample {
  readonly name: MetricName;
  /** In alphabetical order, as Go's client prints them. */
  readonly labels: Readonly<Record<string, string>>;
  /** What it has come to; a time is in seconds since 1970. */
  readonly value: number;
}

/** Go's client shows a counter from its first count on, unless it has no labels. */
export const isShown = ({ kind, isShownAtZero }: Pick<MetricDefinition, 'kind' | 'isShownAtZero'>, labels: ShownSample['labels'], count: number): boolean =>
  isShownAtZero === true || kind === 'gauge' || kind === 'timestamp' || count > 0 || Object.keys(labels).length === 0;

export const shownSamples = (family: Family<Sample>): readonly ShownSample[] =>
  [...family.children()]
    .filter(({ labels, value }) => isShown(family.definition, labels, value.value))
    .map(({ labels, value }) => ({ name: family.name, labels, value: value.value }));
