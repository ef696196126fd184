/** Which files each file imports. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** The groups of files each of which leads to all the others of its group (Tarjan 1972). */
const groupsOf = (graph: Graph): readonly (readonly string[])[] => {
  const order = new Map<string, number>();
  /** The earliest file on the path that each leads back to. */
  const earliest = new Map<string, number>();
  const path: string[] = [];
  const groups: (readonly string[])[] = [];

  const lower = (file: string, to: number): void => {
    earliest.set(file, Math.min(earliest.get(file) ?? to, to));
  };
  const visit = (file: string): number => {
    const number = order.size;
    order.set(file, number);
    earliest.set(file, number);
    path.push(file);
    for (const imported of graph.get(file) ?? []) {
      if (!order.has(imported)) lower(file, visit(imported));
      else if (path.includes(imported)) lower(file, order.get(imported) ?? number);
    }
    const found = earliest.get(file) ?? number;
    if (found === number) groups.push(path.splice(path.indexOf(file)));
    return found;
  };

  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return groups;
};

/** The shortest way from a file back to itself; `undefined` where there is none. */
const shortestCircle = (graph: Graph, file: string): readonly string[] | undefined => {
  const seen = new Set<string>();
  let ways: readonly (readonly string[])[] = [[file]];
  while (ways.length > 0) {
    const next = ways.flatMap((way) => (graph.get(way.at(-1) ?? file) ?? []).map((imported) => [...way, imported]));
    const back = next.find((way) => way.at(-1) === file);
    if (back !== undefined) return back;
    ways = next.filter((way) => {
      const end = way.at(-1) ?? file;
      return !seen.has(end) && seen.add(end);
    });
  }
  return undefined;
};

/** One circle for each group of files that cannot do without each other: the files in order, the first again at the end. */
export const circlesOf = (graph: Graph): readonly (readonly string[])[] =>
  groupsOf(graph).flatMap(([first]) => {
    const circle = first === undefined ? undefined : shortestCircle(graph, first);
    return circle === undefined ? [] : [circle];
  });
