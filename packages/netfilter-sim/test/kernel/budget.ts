const { KERNEL_SECONDS, KERNEL_SEED, KERNEL_PATH } = process.env;

/** A fresh one each time; `KERNEL_SEED` repeats a run. */
export const seed = Number(KERNEL_SEED ?? Date.now() % 2 ** 31);

/** How long the live kernel is asked, unless `KERNEL_SECONDS` says otherwise. */
export const secondsOr = (usual: number): number => Number(KERNEL_SECONDS ?? usual);

/** What fast-check is told: time ends the run, since far more runs are allowed than fit. */
export const within = (seconds: number): { seed: number; numRuns: number; interruptAfterTimeLimit: number; path?: string } => ({
  seed,
  numRuns: 10_000_000,
  interruptAfterTimeLimit: seconds * 1000,
  ...(KERNEL_PATH === undefined ? {} : { path: KERNEL_PATH }),
});
