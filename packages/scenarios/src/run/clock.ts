/** Time that passes, virtual or not. */
export interface Timing {
  readonly nowMs: number;
  at(moment: number, action: () => void): void;
}

/** Virtual time: what is due, in the order in which it is due; of equal times the first put in goes first. */
export interface Clock extends Timing {
  /** Runs what is due until nothing is left, or until `done` says so. */
  run(done: () => boolean): void;
}

interface Due {
  readonly moment: number;
  /** Of two at one moment, which was put in first. */
  readonly turn: number;
  readonly action: () => void;
}

const isBefore = (one: Due, other: Due): boolean => (one.moment === other.moment ? one.turn < other.turn : one.moment < other.moment);

export const createClock = (): Clock => {
  let nowMs = 0;
  let turns = 0;
  /** A heap: what stands at `i` is due before what stands at `2 i + 1` and `2 i + 2`. */
  const heap: Due[] = [];

  const push = (due: Due): void => {
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, due)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = due;
  };

  const pop = (): Due | undefined => {
    const [first] = heap;
    const last = heap.pop();
    if (last === undefined || last === first) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let below = heap[child];
      const right = heap[child + 1];
      if (below !== undefined && right !== undefined && isBefore(right, below)) [child, below] = [child + 1, right];
      if (below === undefined || isBefore(last, below)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
    return first;
  };

  return {
    get nowMs() {
      return nowMs;
    },
    at(moment, action) {
      turns += 1;
      push({ moment, turn: turns, action });
    },
    run(done) {
      for (let next = pop(); next !== undefined; next = pop()) {
        nowMs = Math.max(nowMs, next.moment);
        next.action();
        if (done()) return;
      }
    },
  };
};
