import type { Counter, MetricObjectWithValues, MetricValueWithName } from 'prom-client';
import { Registry } from 'prom-client';
import type { Distribution, Family, Sample } from '../counting/family.ts';
import { isShown, shownSamples } from '../counting/shown.ts';

type Values = MetricObjectWithValues<MetricValueWithName<string>>;

/** A value as prom-client prints it. */
interface Printed {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const printSamples = (family: Family<Sample>): readonly Printed[] =>
  shownSamples(family).map(({ name, labels, value }) => ({ metricName: name, labels, value }));

const total = ({ counts }: Distribution): number => counts.reduce((sum, count) => sum + count, 0);

const cumulative = (
  name: string,
  bounds: readonly number[],
  labels: Printed['labels'],
  distribution: Distribution,
): readonly Printed[] => {
  let sum = 0;
  const buckets = [...bounds.map(String), '+Inf'].map((le, index) => {
    sum += distribution.counts[index] ?? 0;
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: sum };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: distribution.sum },
    { metricName: `${name}_count`, labels, value: sum },
  ];
};

const printDistributions = (family: Family<Distribution>): readonly Printed[] =>
  [...family.children()]
    .filter(({ labels, value }) => isShown({ kind: 'histogram' }, labels, total(value)))
    .flatMap(({ labels, value }) => cumulative(family.name, family.definition.buckets ?? [], labels, value));

/** Puts a family into the registry. Of a metric prom-client wants no more than what it is told when it is scraped. */
const register = (registry: Registry, { name, definition }: Pick<Family<unknown>, 'name' | 'definition'>, values: readonly Printed[]): void => {
  const get = (): Promise<Values> =>
    Promise.resolve({ name, help: definition.help, type: definition.kind === 'timestamp' ? 'gauge' : definition.kind, values, aggregator: 'sum' } as unknown as Values);
  registry.registerMetric({ name, get, reset: () => undefined } as unknown as Counter);
};

/** What there is to show, in the text format; as with Go's client a family of which there is nothing is not named. */
export const expose = async (
  samples: Iterable<Family<Sample>>,
  distributions: Iterable<Family<Distribution>>,
): Promise<{ readonly contentType: string; readonly text: string }> => {
  const registry = new Registry();
  const printed = [
    ...[...samples].map((family) => [family, printSamples(family)] as const),
    ...[...distributions].map((family) => [family, printDistributions(family)] as const),
  ];
  for (const [family, values] of printed) if (values.length > 0) register(registry, family, values);
  return { contentType: registry.contentType, text: await registry.metrics() };
};
