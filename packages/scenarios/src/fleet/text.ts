import type { Paint } from '@nodelocal/netfilter-sim';
import { percent } from './assumptions.ts';
import type { FleetReport, WindowFigures } from './figures.ts';
import type { Way } from './node.ts';
import type { Window } from './windows.ts';

/** A report in words, without its end of line. */
export const describeFleet = (report: FleetReport, paint: Paint): readonly string[] => [
  paint.strong('What this rests on'),
  ...report.assumptions.map((assumption) => `- ${assumption}`),
  ...report.windows.without.flatMap((without, index) => {
    const cached = report.windows.with[index];
    return cached === undefined ? [] : ['', paint.strong(headOf(without.window)), ...tableOf(without, cached)];
  }),
  '',
  ...timeLine(report, paint),
];

const HEADS: Readonly<Record<Window['name'], string>> = {
  all: 'What comes of it',
  before: 'Before the event',
  during: 'While it lasts',
  after: 'Afterwards',
};

const headOf = ({ name, fromMs, untilMs }: Window): string => `${HEADS[name]} (second ${fromMs / 1000} to ${untilMs / 1000})`;

interface Row {
  readonly what: string;
  readonly figure: (figures: WindowFigures) => string;
  /** Rows that say nothing in either way are left out. */
  readonly always?: boolean;
}

const count = (number: number): string => number.toLocaleString('en-US');

const rate = (number: number, { window }: WindowFigures): string => {
  const perSecond = (number * 1000) / (window.untilMs - window.fromMs);
  return perSecond === 0 ? '-' : perSecond >= 100 ? count(Math.round(perSecond)) : perSecond.toFixed(1);
};

const total = (number: number): string => (number === 0 ? '-' : count(number));

const part = (number: number, of: number): string => (number === 0 || of === 0 ? '-' : `${count(number)} (${percent(number / of)})`);

const shareOf = (number: number, of: number): string => (number === 0 || of === 0 ? '-' : percent(number / of));

const time = (ms: number | undefined): string => (ms === undefined ? '-' : ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toPrecision(2)} ms`);

const ROWS: readonly Row[] = [
  { what: 'lookups a second', figure: (all) => rate(all.counts.lookups, all), always: true },
  { what: 'queries a second', figure: (all) => rate(all.counts.queries, all), always: true },
  { what: 'CoreDNS hears a second', figure: (all) => rate(all.counts.coreDns, all), always: true },
  { what: '  in its busiest second', figure: (all) => total(all.coreDnsPeak), always: true },
  { what: 'agents ask outside a second', figure: (all) => rate(all.counts.outside, all) },
  { what: 'answered from the cache', figure: ({ hitShare: share }) => (share === undefined ? '-' : percent(share)), always: true },
  { what: '  what there is', figure: ({ counts }) => shareOf(counts.hits, counts.toAgent) },
  { what: '  what there is not', figure: ({ counts }) => shareOf(counts.denialHits, counts.toAgent) },
  { what: '  stale', figure: ({ counts }) => shareOf(counts.staleHits, counts.toAgent) },
  { what: '  waiting with another', figure: ({ counts }) => shareOf(counts.coalesced, counts.toAgent) },
  { what: 'conntrack entries of a node', figure: ({ entriesMean: mean }) => (mean === 0 ? '-' : mean.toFixed(1)), always: true },
  { what: '  of the node with the most', figure: ({ entriesMax: max }) => total(max), always: true },
  { what: 'half of lookups within', figure: ({ latencyMs }) => time(latencyMs.median), always: true },
  { what: '95 of 100 within', figure: ({ latencyMs }) => time(latencyMs.p95), always: true },
  { what: '99 of 100 within', figure: ({ latencyMs }) => time(latencyMs.p99), always: true },
  { what: 'lookups that took a second or more', figure: ({ counts }) => part(counts.late, counts.lookups), always: true },
  { what: 'lookups that failed', figure: ({ counts }) => part(counts.failed, counts.lookups), always: true },
  { what: 'questions that nobody answered', figure: ({ counts }) => total(counts.lost) },
  { what: 'queries to a port where nobody listened', figure: ({ counts }) => total(counts.refused) },
  { what: 'queries lost with their agent', figure: ({ counts }) => total(counts.cut) },
];

const tableOf = (without: WindowFigures, cached: WindowFigures): readonly string[] => {
  const rows = ROWS.map(({ what, figure, always = false }) => ({ what, cells: [figure(without), figure(cached)], always })).filter(
    ({ cells, always }) => always || cells.some((cell) => cell !== '-'),
  );
  const width = Math.max(...rows.map(({ what }) => what.length)) + 2;
  const line = (what: string, cells: readonly string[]): string => `${what.padEnd(width)}${cells.map((cell) => cell.padStart(18)).join('')}`;
  return [line('', ['without', 'with']), ...rows.map(({ what, cells }) => line(what, cells))];
};

const BARS = '▁▂▃▄▅▆▇█';
const COLUMNS = 60;

/** What CoreDNS hears over time, both ways on one scale. */
const timeLine = ({ tallies, plan }: FleetReport, paint: Paint): readonly string[] => {
  const seconds = Math.ceil(plan.durationMs / 1000);
  const step = Math.ceil(seconds / COLUMNS);
  const sums = (way: Way): readonly number[] =>
    Array.from({ length: Math.floor(seconds / step) }, (_, column) =>
      tallies[way].series.coreDns.slice(column * step, (column + 1) * step).reduce((sum, heard) => sum + heard, 0),
    );
  const [without, cached] = [sums('without'), sums('with')];
  const most = Math.max(1, ...without, ...cached);
  const bar = (heard: number): string => BARS[Math.min(BARS.length - 1, Math.floor((heard / most) * BARS.length))] ?? ' ';
  const line = (name: string, heard: readonly number[]): string => `  ${name.padEnd(8)} ${heard.map(bar).join('')}`;
  return [
    paint.strong(`What CoreDNS hears, ${step} s a column from second 0; the highest is ${count(Math.round(most / step))} a second`),
    line('without', without),
    line('with', cached),
  ];
};
