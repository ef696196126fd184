/** A place where two nodes' rules differ. */
export interface Difference {
  /** `nat KUBE-SERVICES`, `set cluster-ips`, … */
  readonly where: string;
  /** Lines of the recorded one that ours lacks. */
  readonly missing: readonly string[];
  /** Lines that only ours has. */
  readonly extra: readonly string[];
}

const without = (some: readonly string[], others: readonly string[]): readonly string[] => {
  const left = [...others];
  return some.filter((line) => {
    const at = left.indexOf(line);
    if (at < 0) return true;
    left.splice(at, 1);
    return false;
  });
};

/** Where all lines are there in another order, both orders are shown. */
export const compareLines = (where: string, recorded: readonly string[], ours: readonly string[]): readonly Difference[] => {
  const missing = without(recorded, ours);
  const extra = without(ours, recorded);
  if (missing.length > 0 || extra.length > 0) return [{ where, missing, extra }];
  return recorded.every((line, at) => line === ours[at]) ? [] : [{ where: `${where}, order`, missing: recorded, extra: ours }];
};

/** Parts that have names: those of one side only, too. */
export const compareParts = (
  recorded: ReadonlyMap<string, readonly string[]>,
  ours: ReadonlyMap<string, readonly string[]>,
): readonly Difference[] => {
  const names = [...new Set([...recorded.keys(), ...ours.keys()])];
  return names.flatMap((name) => {
    const [theirs, own] = [recorded.get(name), ours.get(name)];
    if (theirs === undefined) return [{ where: name, missing: [], extra: [`${name} itself`, ...(own ?? [])] }];
    if (own === undefined) return [{ where: name, missing: [`${name} itself`, ...theirs], extra: [] }];
    return compareLines(name, theirs, own);
  });
};
