/** Virtual time: what is due, in the order in which it is due; of equal times the first put in goes first. */
export interface Clock {
  readonly nowMs: number;
  at(moment: number, action: () => void): void;
  /** Runs what is due until nothing is left, or until `done` says so. */
  run(done: () => boolean): void;
}

interface Due {
  readonly moment: number;
  readonly action: () => void;
}

export const createClock = (): Clock => {
  let nowMs = 0;
  const due: Due[] = [];
  return {
    get nowMs() {
      return nowMs;
    },
    at(moment, action) {
      due.splice(placeOf(due, moment), 0, { moment, action });
    },
    run(done) {
      for (let next = due.shift(); next !== undefined; next = due.shift()) {
        nowMs = Math.max(nowMs, next.moment);
        next.action();
        if (done()) return;
      }
    },
  };
};

/** Behind all that are due as early; most are due late, and there may be thousands. */
const placeOf = (due: readonly Due[], moment: number): number => {
  let [low, high] = [0, due.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((due[middle]?.moment ?? 0) > moment) high = middle;
    else low = middle + 1;
  }
  return low;
};
