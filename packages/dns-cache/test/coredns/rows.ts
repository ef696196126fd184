import type { Difference } from './compare.ts';

/* Differences that we chose, each as far as it explains one. */

export interface Row {
  readonly id: string;
  readonly explains: (difference: Difference) => boolean;
}

const isRecord = (value: unknown): value is Readonly<Record<string, readonly string[]>> => typeof value === 'object' && value !== null;
const lines = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
const withoutSize = (line: string): string => line.replace(/ edns \d+ -$/, '').replace(/ edns \d+ /, ' edns ');

const sameBut = (change: (line: string) => string) => (theirs: readonly string[], ours: readonly string[]): boolean =>
  JSON.stringify(theirs.map(change).toSorted()) === JSON.stringify(ours.map(change).toSorted());

/** Sums over a label that is left out. */
const sumsWithout = (label: string, samples: readonly string[]): string => {
  const sums = new Map<string, number>();
  for (const sample of samples) {
    const [, name = '', value = '0'] = /^(.*) (\S+)$/.exec(sample) ?? [];
    const key = name.replace(new RegExp(`${label}="[^"]*",?`), '');
    sums.set(key, (sums.get(key) ?? 0) + Number(value));
  }
  return JSON.stringify([...sums].map(([name, sum]) => `${name} ${sum}`).toSorted());
};

export const ROWS: readonly Row[] = [
  {
    id: 'edns-upstream',
    explains: ({ kind, theirs, ours }) =>
      kind === 'upstream' && isRecord(theirs) && isRecord(ours) && Object.keys({ ...theirs, ...ours }).every((name) => sameBut(withoutSize)(theirs[name] ?? [], ours[name] ?? [])),
  },
  { id: 'edns-size-answer', explains: ({ kind, ours }) => kind === 'edns: size' && ours === 1232 },
  {
    id: 'errors-local-address',
    explains: ({ kind, theirs, ours }) => kind === 'log' && sameBut((line) => line.replace('127.0.0.1:P->', ''))(lines(theirs), lines(ours)),
  },
  {
    // `whoami` tells the client's port, which the kernel chose there.
    id: 'client-port',
    explains: ({ kind, theirs, ours }) => kind === 'additional: records' && sameBut((line) => line.replace(/ SRV 0 0 \d+ /, ' SRV 0 0 PORT '))(lines(theirs), lines(ours)),
  },
  {
    // A gauge begins with 0, as Prometheus recommends.
    id: 'entries-zero',
    explains: ({ kind, theirs, ours }) => kind === 'metric coredns_cache_entries' && lines(theirs).length === 0 && lines(ours).every((line) => line.endsWith(' 0')),
  },
  {
    id: 'plugin-label',
    explains: ({ kind, theirs, ours }) => kind === 'metric coredns_dns_responses_total' && sumsWithout('plugin', lines(theirs)) === sumsWithout('plugin', lines(ours)),
  },
];
