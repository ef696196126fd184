import { PLAIN } from '@nodelocal/netfilter-sim';
import type { Paint } from '@nodelocal/netfilter-sim';
import type { Comparison } from './comparison.ts';
import type { Measured } from './measured.ts';

/** Something that is measured, as a column of a table or as a line of two. */
interface Column {
  readonly head: string;
  readonly cell: (measured: Measured) => string;
}

const ms = (value: number): string => (value >= 1000 ? `${(value / 1000).toFixed(1)} s` : `${value.toFixed(2)} ms`);
const seconds = (value: number): string => `${Math.round(value / 1000)} s`;

const atRatesText = ({ atRates, pressure }: Measured['conntrack']): string =>
  atRates.map(({ lookupsPerSecond, entries }) => `${entries < pressure.entriesMax ? entries : 'full'} at ${lookupsPerSecond}/s`).join(', ');

const COLUMNS: readonly Column[] = [
  { head: 'answered by', cell: ({ answeredBy }) => answeredBy.join(', ') || 'nobody' },
  { head: 'resolved', cell: ({ counts, latency }) => `${counts['lookups-resolved']} of ${latency.all.length}${counts['lookups-not-known'] === 0 ? '' : `, ${counts['lookups-not-known']} not known`}` },
  { head: 'packets', cell: ({ counts }) => String(counts.packets) },
  { head: 'hops', cell: ({ counts }) => String(counts['links-passed']) },
  { head: 'between nodes', cell: ({ counts }) => String(counts['node-crossings']) },
  { head: 'hits', cell: ({ hitShare }) => (hitShare === undefined ? '-' : `${Math.round(hitShare * 100)} %`) },
  { head: 'entries', cell: ({ counts }) => String(counts['entries-most']) },
  { head: 'full at', cell: ({ conntrack: { fullAtPerSecond } }) => (fullAtPerSecond === undefined ? '-' : `${fullAtPerSecond}/s`) },
  { head: 'median', cell: ({ latency }) => ms(latency.median) },
  { head: 'slowest', cell: ({ latency }) => ms(latency.most) },
  { head: 'lost', cell: ({ counts }) => String(counts['packets-lost']) },
  { head: '5 s waits', cell: ({ counts }) => String(counts['five-second-waits']) },
];

/** What only two of them side by side have room for. */
const MORE: readonly Column[] = [
  { head: 'why lost', cell: ({ losses }) => losses.map(({ why, count }) => `${why} ${count}`).join(', ') || '-' },
  { head: 'questions of clients', cell: ({ counts }) => `${counts['questions-of-clients']}, ${counts['tcp-questions-of-clients']} of them by TCP` },
  { head: 'questions to servers', cell: ({ counts }) => String(counts['questions-to-servers']) },
  { head: 'entries for each lookup', cell: ({ conntrack: { pressure } }) => (pressure.entriesPerLookup === 0 ? '0' : `${pressure.entriesPerLookup.toFixed(1)}, each for ${seconds(pressure.meanLifeMs)}`) },
  { head: 'entries that all share', cell: ({ conntrack: { pressure } }) => String(pressure.shared) },
  { head: 'entries at a rate', cell: ({ conntrack }) => atRatesText(conntrack) },
  { head: 'room in the table', cell: ({ conntrack: { pressure } }) => String(pressure.entriesMax) },
];

const padded = (cells: readonly string[], widths: readonly number[]): string => cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ').trimEnd();

const table = (head: readonly string[], rows: readonly (readonly string[])[], paint: Paint): readonly string[] => {
  const widths = head.map((word, at) => Math.max(word.length, ...rows.map((row) => row[at]?.length ?? 0)));
  return [paint.strong(padded(head, widths)), ...rows.map((row) => padded(row, widths))];
};

/** A line for each recording: what becomes of the same lookups with the cache, without it, and with a part of it missing. */
export const describeComparison = ({ rows, assumptions }: Comparison, paint: Paint = PLAIN): readonly string[] => [
  ...table(['', ...COLUMNS.map(({ head }) => head)], rows.map(({ measured }) => [measured.name, ...COLUMNS.map(({ cell }) => cell(measured))]), paint),
  '',
  ...assumptions.map((line) => paint.faint(line)),
];

/** A line for each thing that is measured. */
export const describeSideBySide = ({ rows, assumptions }: Comparison, paint: Paint = PLAIN): readonly string[] => [
  ...table(
    ['', ...rows.map(({ measured }) => measured.name)],
    [...COLUMNS, ...MORE].map(({ head, cell }) => [head, ...rows.map(({ measured }) => cell(measured))]),
    paint,
  ),
  '',
  ...assumptions.map((line) => paint.faint(line)),
];
