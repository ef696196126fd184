import type { Fact } from './facts.ts';

/** Rows of the table that hold in every case alike, so that no case has to name them. */
export interface EverywhereRow {
  readonly row: `N${number}`;
  readonly facts?: (fact: Fact) => unknown;
  /** Lines of node-cache that we do not print. */
  readonly lost?: readonly RegExp[];
  /** Lines of ours that it does not print. */
  readonly ours?: readonly RegExp[];
}

/** Families that it does not have. */
const MORE_FAMILIES = new Set(['coredns_nodecache_mended_total', 'coredns_shed_dropped_total']);

const withoutMended = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith('coredns_nodecache_mended_total')));

/** Which families, where that was recorded and not only how many. */
const familiesOf = (value: unknown): unknown => {
  if (typeof value === 'number') return 'some';
  if (Array.isArray(value)) return value.filter((name: string) => !MORE_FAMILIES.has(name));
  return Object.fromEntries(Object.entries(value as Readonly<Record<string, unknown>>).filter(([name]) => !MORE_FAMILIES.has(name)));
};

export const EVERYWHERE: readonly EverywhereRow[] = [
  { row: 'N69', facts: ({ field, value }) => (field === 'metrics values' ? withoutMended(value as Readonly<Record<string, string>>) : value) },
  { row: 'N93', facts: ({ field, value }) => (field === 'metrics families' ? familiesOf(value) : value) },
  {
    row: 'N25',
    lost: [/^CoreDNS-/, /^<platform>$/],
    ours: [/^dns-cache-/, /^linux\/\S+, node v/],
  },
];

/** What is left of a value when these rows are granted. */
export const grant = (fact: Fact): unknown => EVERYWHERE.reduce((value, { facts }) => (facts === undefined ? value : facts({ ...fact, value })), fact.value);
