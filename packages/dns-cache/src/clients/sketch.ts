/*
 * Who counts most, in memory that does not grow with how many there are: the Space-Saving sketch (Metwally, Agrawal, El Abbadi:
 * Efficient Computation of Frequent and Top-k Elements in Data Streams, 2005). It has so many places. A key without one takes that
 * of the key with the least count, and goes on from there. So a count is never too low, and too high by the count of that moment
 * at most, which is at most all that was counted divided by the places: whoever has more than that has a place.
 */

/** A place, and what it counts. */
export interface Sketch {
  /** Counts one more of the key, and gives its place. */
  add(key: string): number;
  /** The key that has the place. */
  keyAt(place: number): string;
  countAt(place: number): number;
  /** By how much the count may be too high. */
  surplusAt(place: number): number;
  /** Places that are taken. */
  readonly size: number;
  /** The most that a key without a place may have. */
  readonly floor: number;
}

/** @param taken a key has taken a place, from another one or for the first time */
export const createSketch = (places: number, taken: (place: number) => void): Sketch => {
  const placeOf = new Map<string, number>();
  const keys: string[] = [];
  const [counts, surplus] = [new Float64Array(places), new Float64Array(places)];
  /** A heap of all places, the least count first, by counts as they were when somebody last looked: they only grow. */
  const [heap, seen] = [new Uint32Array(places), new Float64Array(places)];

  const seenAt = (index: number): number => (index < keys.length ? (seen[heap[index] ?? 0] ?? 0) : Number.POSITIVE_INFINITY);

  const sink = (from: number): void => {
    for (let parent = from; ; ) {
      const left = 2 * parent + 1;
      const least = seenAt(left + 1) < seenAt(left) ? left + 1 : left;
      if (seenAt(least) >= seenAt(parent)) return;
      const [upper = 0, lower = 0] = [heap[parent], heap[least]];
      heap[parent] = lower;
      heap[least] = upper;
      parent = least;
    }
  };

  /** The place with the least count. Each one that has grown since costs a look, and pays for it by having been counted. */
  const leastPlace = (): number => {
    for (;;) {
      const place = heap[0] ?? 0;
      const count = counts[place] ?? 0;
      if (count === seen[place]) return place;
      seen[place] = count;
      sink(0);
    }
  };

  const takeFree = (key: string): number => {
    const place = keys.length;
    keys.push(key);
    heap[place] = place;
    for (let child = place; child > 0; ) {
      const parent = (child - 1) >> 1;
      const [upper = 0, lower = 0] = [heap[parent], heap[child]];
      if ((seen[upper] ?? 0) <= (seen[lower] ?? 0)) break;
      heap[parent] = lower;
      heap[child] = upper;
      child = parent;
    }
    return place;
  };

  const takeLeast = (key: string): number => {
    const place = leastPlace();
    placeOf.delete(keys[place] ?? '');
    keys[place] = key;
    surplus[place] = counts[place] ?? 0;
    return place;
  };

  const take = (key: string): number => {
    const place = keys.length < places ? takeFree(key) : takeLeast(key);
    placeOf.set(key, place);
    taken(place);
    return place;
  };

  return {
    add(key) {
      const place = placeOf.get(key) ?? take(key);
      counts[place] = (counts[place] ?? 0) + 1;
      return place;
    },
    keyAt: (place) => keys[place] ?? '',
    countAt: (place) => counts[place] ?? 0,
    surplusAt: (place) => surplus[place] ?? 0,
    get size() {
      return keys.length;
    },
    get floor() {
      return keys.length < places ? 0 : (counts[leastPlace()] ?? 0);
    },
  };
};
