const CAPACITY_MIN = 64;

/** Values by whole numbers of 0 and more, which come and go all the time. */
export interface Numbered<Value> {
  get(number: number): Value | undefined;
  set(number: number, value: Value): void;
  /** Gives false where there was none. */
  delete(number: number): boolean;
  values(): readonly Value[];
  readonly size: number;
}

/**
 * In the place of a `Map` for what is in flight. A `Map` that entries pass through takes a new table every so often, and V8
 * has the old table point to the new one, for iterators; once one of these is old enough to be collected only in full, it
 * keeps the next one from being collected, and so everything that was ever in flight. Here there is one table: open
 * addressing, where a gap is closed by those that had to stand behind it (Knuth, TAOCP 3, §6.4, algorithm R). It grows to
 * twice what it holds, and shrinks again.
 */
export const createNumbered = <Value>(): Numbered<Value> => {
  let numbers: (number | undefined)[] = [];
  let found: (Value | undefined)[] = [];
  let mask = 0;
  let size = 0;

  const reset = (capacity: number): void => {
    numbers = Array.from({ length: capacity });
    found = Array.from({ length: capacity });
    mask = capacity - 1;
  };

  /** Where the number is, or is to be. */
  const placeOf = (number: number): number => {
    let at = number & mask;
    while (numbers[at] !== undefined && numbers[at] !== number) at = (at + 1) & mask;
    return at;
  };

  const resize = (capacity: number): void => {
    const [before, values] = [numbers, found];
    reset(capacity);
    for (const [index, number] of before.entries()) {
      if (number === undefined) continue;
      const at = placeOf(number);
      numbers[at] = number;
      found[at] = values[index];
    }
  };

  /** Whoever stands behind the gap though there was room for it here, or before, moves up. */
  const closeGap = (from: number): void => {
    let gap = from;
    for (let at = (gap + 1) & mask; numbers[at] !== undefined; at = (at + 1) & mask) {
      const wanted = (numbers[at] ?? 0) & mask;
      if (((at - wanted) & mask) < ((at - gap) & mask)) continue;
      numbers[gap] = numbers[at];
      found[gap] = found[at];
      gap = at;
    }
    numbers[gap] = undefined;
    found[gap] = undefined;
  };

  reset(CAPACITY_MIN);
  return {
    get: (number) => found[placeOf(number)],
    set(number, value) {
      const at = placeOf(number);
      const isNew = numbers[at] === undefined;
      numbers[at] = number;
      found[at] = value;
      if (!isNew) return;
      size += 1;
      if (size * 2 > mask) resize((mask + 1) * 2);
    },
    delete(number) {
      const at = placeOf(number);
      if (numbers[at] === undefined) return false;
      closeGap(at);
      size -= 1;
      if (mask >= CAPACITY_MIN && size * 8 < mask) resize((mask + 1) / 2);
      return true;
    },
    values: () => found.filter((_, at) => numbers[at] !== undefined) as Value[],
    get size() {
      return size;
    },
  };
};
