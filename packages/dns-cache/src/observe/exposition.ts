import type { MetricObjectWithValues, MetricValueWithName } from 'prom-client';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Distribution, Family, Sample } from './family.ts';

/** prom-client asks a metric for its values when it is scraped; ours are read from the family then. */
type Values = MetricObjectWithValues<MetricValueWithName<string>>;

type Labelled = Omit<MetricValueWithName<string>, 'exemplar'>;

const cumulative = (
  name: string,
  bounds: readonly number[],
  labels: Labelled['labels'],
  { counts, sum }: Distribution,
): readonly Labelled[] => {
  let total = 0;
  const buckets = [...bounds.map(String), '+Inf'].map((le, index) => {
    total += counts[index] ?? 0;
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: total };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: total },
  ];
};

const valuesOf = (name: string, help: string, type: string, values: readonly Labelled[]): Values =>
  ({ name, help, type, values, aggregator: 'sum' }) as unknown as Values;

/** Go's client shows a counter from its first count on, unless it has no labels. */
const isShown = (kind: string, labels: Labelled['labels'], count: number): boolean =>
  kind === 'gauge' || count > 0 || Object.keys(labels).length === 0;

/** Shows a family of counters or gauges in a registry. */
export const exposeSamples = (registry: Registry, { name, definition, children }: Family<Sample>): void => {
  const { help, kind } = definition;
  const options = { name, help, registers: [registry] };
  const metric = kind === 'gauge' ? new Gauge(options) : new Counter(options);
  metric.get = () => {
    const shown = [...children()].filter(({ labels, value }) => isShown(kind, labels, value.value));
    const values = shown.map(({ labels, value }) => ({ metricName: name, labels, value: value.value }));
    return Promise.resolve(valuesOf(name, help, kind, values));
  };
};

export const exposeDistributions = (registry: Registry, { name, definition, children }: Family<Distribution>): void => {
  const { help, buckets = [] } = definition;
  const metric = new Histogram({ name, help, buckets: [...buckets], registers: [registry] });
  metric.get = () => {
    const shown = [...children()].filter(({ labels, value }) =>
      isShown('histogram', labels, value.counts.reduce((sum, count) => sum + count, 0)),
    );
    const values = shown.flatMap(({ labels, value }) => cumulative(name, buckets, labels, value));
    return Promise.resolve(valuesOf(name, help, 'histogram', values));
  };
};
