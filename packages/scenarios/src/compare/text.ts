import { PLAIN } from '@nodelocal/netfilter-sim';
import type { Paint } from '@nodelocal/netfilter-sim';
import type { Comparison } from './comparison.ts';
import type { Measured } from './measured.ts';

/** Something that is measured, as a column of a table or as a line of two. */
interface Column {
  readonly head: string;
  /** The same where there is room for it. */
  readonly words?: string;
  readonly cell: (measured: Measured) => string;
}

const DAY_MS = 86_400_000;

const ms = (value: number): string => {
  if (value >= DAY_MS) return `${(value / DAY_MS).toFixed(0)} d`;
  return value >= 1000 ? `${(value / 1000).toFixed(1)} s` : `${value.toFixed(2)} ms`;
};
const seconds = (value: number): string => (value >= DAY_MS ? ms(value) : `${Math.round(value / 1000)} s`);

const atRatesText = ({ atRates, pressure }: Measured['conntrack']): string =>
  atRates.map(({ lookupsPerSecond, entries }) => `${entries < pressure.entriesMax ? entries : 'full'} at ${lookupsPerSecond}/s`).join(', ');

const COLUMNS: readonly Column[] = [
  { head: 'answered by', cell: ({ answeredBy }) => answeredBy.join(', ') || 'nobody' },
  { head: 'resolved', words: 'lookups resolved', cell: ({ counts, latency }) => `${counts['lookups-resolved']} of ${latency.all.length}${counts['lookups-not-known'] === 0 ? '' : `, ${counts['lookups-not-known']} not known`}` },
  { head: 'packets', cell: ({ counts }) => String(counts.packets) },
  { head: 'hops', words: 'links that packets passed', cell: ({ counts }) => String(counts['links-passed']) },
  { head: 'between nodes', words: 'packets between nodes', cell: ({ counts }) => String(counts['node-crossings']) },
  { head: 'hits', words: 'of what the cache was asked, it had', cell: ({ hitShare }) => (hitShare === undefined ? '-' : `${Math.round(hitShare * 100)} %`) },
  { head: 'entries', words: 'most conntrack entries at a time', cell: ({ counts }) => String(counts['entries-most']) },
  { head: 'full at', words: 'lookups that fill the conntrack table', cell: ({ conntrack: { fullAtPerSecond } }) => (fullAtPerSecond === undefined ? '-' : `${fullAtPerSecond}/s`) },
  { head: 'median', words: 'median lookup', cell: ({ latency }) => ms(latency.median) },
  { head: 'slowest', words: 'slowest lookup', cell: ({ latency }) => ms(latency.most) },
  { head: 'lost', words: 'packets lost', cell: ({ counts }) => String(counts['packets-lost']) },
  { head: '5 s waits', words: 'waits of 5 seconds', cell: ({ counts }) => String(counts['five-second-waits']) },
];

/** TCP's state, else the protocol, and how long such entries live after their last packet. */
const timeoutsText = ({ entries }: Measured['conntrack']): string => {
  const lives = entries.map(({ protocol, state, seenMs, untilMs, end }) => `${PROTOCOLS[protocol] ?? `protocol ${protocol}`}${state === undefined ? '' : ` ${state}`} ${end === 'times-out' ? seconds(untilMs - seenMs) : end}`);
  return [...new Set(lives)].map((life) => `${lives.filter((other) => other === life).length} ${life}`).join(', ') || '-';
};

const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp' };

/** A line has room for few. */
const POINTS_MAX = 6;

const overTimeText = ({ overTime }: Measured['conntrack']): string => {
  const step = Math.max(1, Math.ceil((overTime.length - 1) / (POINTS_MAX - 1)));
  const shown = overTime.filter((_, at) => at % step === 0 || at === overTime.length - 1);
  return shown.map(({ atMs, entries }) => `${entries} at ${ms(atMs)}`).join(', ') || '-';
};

/** What only two of them side by side have room for. */
const MORE: readonly Column[] = [
  { head: 'why lost', cell: ({ losses }) => losses.map(({ why, count }) => `${why} ${count}`).join(', ') || '-' },
  { head: 'questions of clients', cell: ({ counts }) => `${counts['questions-of-clients']}, ${counts['tcp-questions-of-clients']} of them by TCP` },
  { head: 'questions to servers', cell: ({ counts }) => String(counts['questions-to-servers']) },
  { head: 'entries for each lookup', cell: ({ conntrack: { pressure } }) => (pressure.entriesPerLookup === 0 ? '0' : `${pressure.entriesPerLookup.toFixed(1)}, each for ${seconds(pressure.meanLifeMs)}`) },
  { head: 'entries that all share', cell: ({ conntrack: { pressure } }) => String(pressure.shared) },
  { head: 'entries at a rate', cell: ({ conntrack }) => atRatesText(conntrack) },
  { head: 'entries over time', cell: ({ conntrack }) => overTimeText(conntrack) },
  { head: 'how long they live', cell: ({ conntrack }) => timeoutsText(conntrack) },
  { head: 'room in the table', cell: ({ conntrack: { pressure } }) => String(pressure.entriesMax) },
];

/** All that is measured, a line each. */
export const measuredLines = (measured: Measured): readonly { readonly what: string; readonly value: string }[] => [...COLUMNS, ...MORE].map(({ head, words = head, cell }) => ({ what: words, value: cell(measured) }));

const padded = (cells: readonly string[], widths: readonly number[]): string => cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ').trimEnd();

const table = (head: readonly string[], rows: readonly (readonly string[])[], paint: Paint): readonly string[] => {
  const widths = head.map((word, at) => Math.max(word.length, ...rows.map((row) => row[at]?.length ?? 0)));
  return [paint.strong(padded(head, widths)), ...rows.map((row) => padded(row, widths))];
};

/**
 * A line for each recording: what becomes of the same lookups with the cache, without it, and with a part of it missing. Without
 * `paint` it has no colours.
 */
export const describeComparison = ({ rows, assumptions }: Comparison, paint: Paint = PLAIN): readonly string[] => [
  ...table(['', ...COLUMNS.map(({ head }) => head)], rows.map(({ measured }) => [measured.name, ...COLUMNS.map(({ cell }) => cell(measured))]), paint),
  '',
  paint.strong('Conntrack entries: over time, how long they live after their last packet, and at a rate of such lookups'),
  ...rows.map(({ measured: { name, conntrack } }) => `  ${name}: ${overTimeText(conntrack)}; ${timeoutsText(conntrack)}; ${atRatesText(conntrack)}`),
  '',
  ...assumptions.map((line) => paint.faint(line)),
];

/** A line for each thing that is measured. Without `paint` it has no colours. */
export const describeSideBySide = ({ rows, assumptions }: Comparison, paint: Paint = PLAIN): readonly string[] => [
  ...table(
    ['', ...rows.map(({ measured }) => measured.name)],
    [...COLUMNS, ...MORE].map(({ head, cell }) => [head, ...rows.map(({ measured }) => cell(measured))]),
    paint,
  ),
  '',
  ...assumptions.map((line) => paint.faint(line)),
];
