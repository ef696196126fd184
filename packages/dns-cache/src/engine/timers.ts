/** Something to be done at a time, unless cancelled before. */
interface Timer {
  readonly at: number;
  readonly fire: () => void;
  cancelled: boolean;
}

export interface Timers {
  set(at: number, fire: () => void): Timer;
  cancel(timer: Timer): void;
  /** The earliest time at which something is to be done. */
  next(): number | undefined;
  /** Does everything that is due, in order of time. */
  run(now: number): void;
}

/** A binary heap; a cancelled timer stays in it until its turn, or until it is first. */
export const createTimers = (): Timers => {
  const heap: Timer[] = [];
  const swap = (a: number, b: number): void => {
    const [first, second] = [heap[a], heap[b]];
    if (first === undefined || second === undefined) return;
    heap[a] = second;
    heap[b] = first;
  };
  const timeAt = (index: number): number => heap[index]?.at ?? Number.POSITIVE_INFINITY;

  const pop = (): Timer | undefined => {
    swap(0, heap.length - 1);
    const first = heap.pop();
    for (let parent = 0; ; ) {
      const left = 2 * parent + 1;
      const least = timeAt(left + 1) < timeAt(left) ? left + 1 : left;
      if (timeAt(least) >= timeAt(parent)) return first;
      swap(parent, least);
      parent = least;
    }
  };

  const dropCancelled = (): void => {
    while (heap[0]?.cancelled === true) pop();
  };

  return {
    set(at, fire) {
      const timer = { at, fire, cancelled: false };
      heap.push(timer);
      for (let child = heap.length - 1; child > 0; ) {
        const parent = (child - 1) >> 1;
        if (timeAt(parent) <= timeAt(child)) break;
        swap(parent, child);
        child = parent;
      }
      return timer;
    },
    cancel(timer) {
      timer.cancelled = true;
      dropCancelled();
    },
    next() {
      dropCancelled();
      return heap[0]?.at;
    },
    run(now) {
      for (dropCancelled(); timeAt(0) <= now; dropCancelled()) pop()?.fire();
    },
  };
};
