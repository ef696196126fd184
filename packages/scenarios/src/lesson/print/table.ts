/** Go's tabwriter as kubectl sets it up: between columns at least three spaces, and no column narrower than six. */
const PADDING = 3;
const WIDTH_MIN = 6;

/** Rows as kubectl prints them; the last column is as wide as its cells. The first row is the head. */
export const tableLines = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widthOf = (column: number): number => Math.max(WIDTH_MIN, PADDING + Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widthOf(column)))).join(''));
};
