/** Something to be done at a time; `fire` is gone once it is done or cancelled. */
interface Timer {
  readonly at: number;
  fire: (() => void) | undefined;
}

/** What is to be done later; somebody who has a clock has it done. */
export interface Timers {
  /** Has `fire` called at that time, in milliseconds of the clock that `run` is given. */
  set(at: number, fire: () => void): Timer;
  /** One that is done already, too. */
  cancel(timer: Timer): void;
  /** The earliest time at which something is to be done. */
  next(): number | undefined;
  /** Does everything that is due, in order of time. */
  run(now: number): void;
}

/** With so many cancelled ones among as many others it pays to build the heap anew. */
const CANCELLED_MAX = 64;

/** A binary heap; a cancelled timer stays in it for a while, without what it was to do. */
export const createTimers = (): Timers => {
  let heap: Timer[] = [];
  let cancelled = 0;
  const swap = (a: number, b: number): void => {
    const first = heap[a];
    const second = heap[b];
    if (first === undefined || second === undefined) return;
    heap[a] = second;
    heap[b] = first;
  };
  const timeAt = (index: number): number => heap[index]?.at ?? Number.POSITIVE_INFINITY;

  const push = (timer: Timer): void => {
    heap.push(timer);
    for (let child = heap.length - 1; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (timeAt(parent) <= timeAt(child)) break;
      swap(parent, child);
      child = parent;
    }
  };

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
    for (let first = heap[0]; first !== undefined && first.fire === undefined; first = heap[0]) {
      pop();
      cancelled -= 1;
    }
  };

  const rebuild = (): void => {
    const left = heap.filter(({ fire }) => fire !== undefined);
    heap = [];
    cancelled = 0;
    for (const timer of left) push(timer);
  };

  return {
    set(at, fire) {
      const timer = { at, fire };
      push(timer);
      return timer;
    },
    cancel(timer) {
      if (timer.fire === undefined) return;
      timer.fire = undefined;
      cancelled += 1;
      if (cancelled > CANCELLED_MAX && cancelled > heap.length / 2) rebuild();
    },
    next() {
      dropCancelled();
      return heap[0]?.at;
    },
    run(now) {
      for (dropCancelled(); timeAt(0) <= now; dropCancelled()) {
        const due = pop();
        const fire = due?.fire;
        if (due !== undefined) due.fire = undefined;
        fire?.();
      }
    },
  };
};
