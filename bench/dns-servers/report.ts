import type { Measured, Row } from './measured.ts';
import { middle, ROWS } from './measured.ts';

const LABEL_WIDTH = 64;
const GAP = 2;

const line = (what: string, cells: readonly string[], width: number): string =>
  `${what.padEnd(LABEL_WIDTH)}${cells.map((cell) => cell.padStart(width)).join('')}`.trimEnd();

const rowsOf = (measured: readonly Measured[]): readonly (readonly [Row, number])[] =>
  (Object.entries(ROWS) as readonly (readonly [Row, number])[]).filter(([row]) => measured[0]?.values.has(row));

const valueOf = ({ values }: Measured, row: Row): number => middle(values.get(row) ?? []);

/** A table of the medians over all turns, each peer also as the ratio of the first one to it. */
export const reportOf = (measured: readonly Measured[]): string => {
  const [first, ...peers] = measured;
  if (first === undefined) return '';
  const own = first.name === 'dns-cache' ? 'ours' : first.name;
  const heads = [first.name, ...peers.flatMap(({ name }) => [name, `${own} / ${name}`])];
  const width = Math.max(...heads.map((head) => head.length)) + GAP;
  const lines = [line('', heads, width)];
  for (const [row, digits] of rowsOf(measured)) {
    const ours = valueOf(first, row);
    const cells = peers.flatMap((peer) => {
      const other = valueOf(peer, row);
      if (Number.isNaN(other)) return ['', ''];
      return [other.toFixed(digits), other > 0 ? `${(ours / other).toFixed(2)}x` : ''];
    });
    lines.push(line(row, [ours.toFixed(digits), ...cells], width));
  }
  return `${lines.join('\n')}\n`;
};

/** What people ask of a server that has a bad day. */
const FAULTS: readonly Row[] = [
  'at twice that, answered, %',
  'at twice that, SERVFAIL',
  'at twice that, p99, ms',
  'dead upstream, hits answered, %',
  'dead upstream, hits, p99, ms',
  'answers after its start, ms',
  'stopped with 20 answers over UDP, no answer or SERVFAIL',
  'stopped with 20 answers over UDP, asked again',
  'stopped with 20 answers over TCP, no answer or SERVFAIL',
  'stopped with 20 answers over TCP, asked again',
  'upstream closes behind each answer, no answer or SERVFAIL of 50',
  'malformed answer over UDP, client waits, ms',
];

const cell = (values: readonly string[]): string => `| ${values.join(' | ')} |`;

/** The same as a table in a document, of faults alone, and without ratios. */
export const faultTable = (all: readonly Measured[]): string => {
  // Those that are there to be held against each other are none of the peers.
  const measured = all.filter(({ name }) => !/^(?:by|on) /.test(name));
  const heads = measured.map(({ name }) => name);
  const rows = FAULTS.map((row) => {
    const told = measured.map((one) => {
      const value = valueOf(one, row);
      return Number.isNaN(value) ? '' : Number.isFinite(value) ? value.toFixed(ROWS[row]) : 'never';
    });
    return cell([row.replace(/^at twice that/, 'twice its full load'), ...told]);
  });
  return [cell(['', ...heads]), cell(['---', ...heads.map(() => '---')]), ...rows, ''].join('\n');
};

export const profileText = (shares: readonly (readonly [string, number])[]): string => {
  const lines = shares.flatMap(([place, share]) => (share >= 0.01 ? [`${`${(share * 100).toFixed(0)} %`.padStart(6)}  ${place}`] : []));
  return ['', 'where the time of dns-cache goes, under full load', ...lines, ''].join('\n');
};
