import type { MetricDefinition, MetricName } from '../engine/metrics.ts';
import { METRICS } from '../engine/metrics.ts';

/** A number that is counted up, or set. */
export interface Sample {
  value: number;
}

/** How often a value fell at or below each bound, and the sum of all. */
export interface Distribution {
  /** For each bound of the definition, and one for what is above them all; not cumulative. */
  readonly counts: Float64Array;
  sum: number;
}

interface Child<Value> {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: Value;
}

interface Branch<Value> {
  readonly further: Map<string, Branch<Value>>;
  child?: Child<Value>;
}

/**
 * The series of one metric by their labels. A query touches half a dozen of them, so that whoever counts keeps the
 * sample in hand and adds to a number; prom-client sees the numbers when someone asks for them.
 */
export interface Family<Value> {
  readonly name: MetricName;
  readonly definition: MetricDefinition;
  /** @param values of the labels, in the order of the definition */
  child(values: readonly string[]): Value;
  children(): Iterable<Child<Value>>;
}

const createFamily = <Value>(name: MetricName, create: (definition: MetricDefinition) => Value): Family<Value> => {
  const definition = METRICS[name];
  const children: Child<Value>[] = [];
  const root: Branch<Value> = { further: new Map() };

  /** What the labels lead to, one after the other: a text of all of them would be made at each count. */
  const branchOf = (values: readonly string[]): Branch<Value> => {
    let branch = root;
    for (const value of values) {
      const known = branch.further.get(value);
      const next = known ?? { further: new Map() };
      if (known === undefined) branch.further.set(value, next);
      branch = next;
    }
    return branch;
  };

  const grow = (values: readonly string[]): Child<Value> => {
    const named = definition.labels.map((label, index) => [label, values[index] ?? ''] as const);
    // Go's client prints labels in alphabetical order, and people grep for them so.
    const labels = Object.fromEntries(named.toSorted(([one], [other]) => (one < other ? -1 : 1)));
    const child = { labels, value: create(definition) };
    children.push(child);
    return child;
  };
  if (definition.labels.length === 0) root.child = grow([]);
  return {
    name,
    definition,
    child(values) {
      const branch = branchOf(values);
      branch.child ??= grow(values);
      return branch.child.value;
    },
    children: () => children,
  };
};

export const sampleFamily = (name: MetricName): Family<Sample> => createFamily(name, () => ({ value: 0 }));

export const distributionFamily = (name: MetricName): Family<Distribution> =>
  createFamily(name, ({ buckets = [] }) => ({ counts: new Float64Array(buckets.length + 1), sum: 0 }));

export const observe = (distribution: Distribution, bounds: readonly number[], value: number): void => {
  let index = 0;
  while (index < bounds.length && value > (bounds[index] ?? 0)) index += 1;
  distribution.counts[index] = (distribution.counts[index] ?? 0) + 1;
  distribution.sum += value;
};
