import type { ClientCounts, ClientReport } from '../clients/report.ts';

/** A client as it is shown; `perSecond` since the last look, where there was one. */
interface TopRow extends ClientCounts {
  readonly perSecond: number | undefined;
}

const COLUMNS: readonly { readonly title: string; readonly cell: (row: TopRow, report: ClientReport) => string }[] = [
  { title: 'CLIENT', cell: ({ client }) => client },
  { title: 'QUERIES', cell: ({ queries }) => String(queries) },
  { title: 'SHARE', cell: ({ queries }, report) => shareText(queries, report.queries) },
  { title: 'DENIED', cell: ({ denials, queries, surplus }) => shareText(denials, queries - surplus) },
  { title: 'FAILED', cell: ({ failures, queries, surplus }) => shareText(failures, queries - surplus) },
  { title: 'OWN NAMES', cell: ({ ownNames }) => String(ownNames) },
];

const PER_SECOND: (typeof COLUMNS)[number] = { title: 'A SECOND', cell: ({ perSecond }) => (perSecond === undefined ? '-' : perSecond.toFixed(perSecond < 10 ? 1 : 0)) };

const shareText = (part: number, whole: number): string => `${whole === 0 ? '0.0' : ((100 * part) / whole).toFixed(1)}%`;

/** Who asks most now comes first, where that is known; then who asked most. */
const rowsOf = (report: ClientReport, before: ClientReport | undefined, elapsedMs: number): readonly TopRow[] => {
  const earlier = new Map(before?.clients.map(({ client, queries }) => [client, queries]));
  const rows = report.clients.map((counts) => {
    // Whoever was not listed before had no more than those who were not.
    const since = counts.queries - (earlier.get(counts.client) ?? Math.min(counts.queries, Math.max(before?.floor ?? 0, counts.surplus)));
    return { ...counts, perSecond: before === undefined ? undefined : Math.max(0, (since * 1000) / elapsedMs) };
  });
  return rows.toSorted((one, other) => (other.perSecond ?? 0) - (one.perSecond ?? 0) || other.queries - one.queries);
};

const boundsText = ({ clients, queries, floor }: ClientReport): string => {
  const surplus = Math.max(0, ...clients.map((counts) => counts.surplus));
  const certainty = surplus === 0 ? 'the counts are exact' : `a count is too high by ${surplus} at most`;
  const others = floor === 0 ? 'nobody else has asked' : `whoever is not shown has ${floor} at most`;
  return `${queries} queries in all; ${certainty}; ${others}`;
};

/** A line each: a head, the clients, and how sure all this is. @param most that there is room for */
export const topLines = (
  report: ClientReport,
  { before, elapsedMs = 0, most }: { readonly before?: ClientReport | undefined; readonly elapsedMs?: number; readonly most: number },
): readonly string[] => {
  const ordered = rowsOf(report, before, elapsedMs);
  const rows = ordered.slice(0, most);
  const floor = Math.max(report.floor, ...ordered.slice(most).map(({ queries }) => queries));
  const [client, ...others] = COLUMNS;
  const columns = [...(client === undefined ? [] : [client]), ...(before === undefined ? [] : [PER_SECOND]), ...others];
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ cell }) => cell(row, report)))];
  const widths = columns.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const align = (line: readonly string[]): string =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd();
  return [...cells.map(align), boundsText({ ...report, clients: rows, floor })];
};

/** What of it a terminal has room for: a line that is broken or too many would move the head away. */
export const fitted = (lines: readonly string[], { columns, rows }: { readonly columns: number; readonly rows: number }): readonly string[] =>
  lines.slice(0, Math.max(1, rows - 1)).map((line) => line.slice(0, columns));
