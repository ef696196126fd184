/** A place where two nodes' rules differ. */
export interface Difference {
  /** `nat KUBE-SERVICES`, `ip kube-proxy map service-ips`, `ipvsadm -t 10.96.0.10:53`. */
  readonly where: string;
  /** Lines of the recorded one that ours lacks. */
  readonly missing: readonly string[];
  /** Lines that only ours has. */
  readonly extra: readonly string[];
}

/** What is compared as one: a chain, a set, a map, a virtual server. */
export interface Piece {
  readonly where: string;
  /** The first one says that it is there, so that an empty one is something too; each tells all that it says without the others. */
  readonly lines: readonly string[];
  /** Its lines are in the order in which they decide. */
  readonly isOrdered: boolean;
}

/** What is in the first list and not in the second, a line that comes twice being two. */
const without = (lines: readonly string[], others: readonly string[]): readonly string[] => {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
};

/** The same lines in another order: from the first that is not where it should be to the last. */
const misplaced = (recorded: readonly string[], ours: readonly string[]): Omit<Difference, 'where'> => {
  const isOff = (line: string, at: number): boolean => line !== ours[at];
  const from = recorded.findIndex(isOff);
  const to = recorded.findLastIndex(isOff) + 1;
  return from < 0 ? { missing: [], extra: [] } : { missing: recorded.slice(from, to), extra: ours.slice(from, to) };
};

const comparePiece = (recorded: Piece | undefined, ours: Piece | undefined): Omit<Difference, 'where'> => {
  const [before, after] = [recorded?.lines ?? [], ours?.lines ?? []];
  const missing = without(before, after);
  const extra = without(after, before);
  const isSame = missing.length === 0 && extra.length === 0;
  return isSame && recorded?.isOrdered === true ? misplaced(before, after) : { missing, extra };
};

/** Piece by piece; pieces among each other have no order. None: they are the same. */
export const comparePieces = (recorded: readonly Piece[], ours: readonly Piece[]): readonly Difference[] => {
  const [before, after] = [new Map(recorded.map((piece) => [piece.where, piece])), new Map(ours.map((piece) => [piece.where, piece]))];
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((where) => ({ where, ...comparePiece(before.get(where), after.get(where)) }))
    .filter(({ missing, extra }) => missing.length > 0 || extra.length > 0);
};

/** Lines by the piece that they are of, in the order in which they come. */
export const gather = (placed: readonly (readonly [where: string, line: string])[], isOrdered: (where: string) => boolean): readonly Piece[] => {
  const found = new Map<string, string[]>();
  for (const [where, line] of placed) {
    const lines = found.get(where);
    if (lines === undefined) found.set(where, [line]);
    else lines.push(line);
  }
  return [...found].map(([where, lines]) => ({ where, lines, isOrdered: isOrdered(where) }));
};
