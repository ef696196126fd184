const { KERNEL_SECONDS, KERNEL_SEED, KERNEL_PATH } = process.env;

/** The suite asks the same cases of everybody; `pnpm test:kernel` gives a fresh seed. */
export const seed = Number(KERNEL_SEED ?? 1);

/** Against hangs: a slow machine may take its time. */
export const timeoutMs = (Number(KERNEL_SECONDS ?? 0) + 300) * 1000;

interface Budget {
  readonly seed: number;
  readonly numRuns: number;
  readonly interruptAfterTimeLimit?: number;
  readonly path?: string;
}

/** What fast-check is told: so many cases, or as many as fit into the time that `pnpm test:kernel` gives. */
export const budget = (cases: number): Budget => ({
  seed,
  ...(KERNEL_SECONDS === undefined
    ? { numRuns: cases }
    : { numRuns: 10_000_000, interruptAfterTimeLimit: Number(KERNEL_SECONDS) * 1000 }),
  ...(KERNEL_PATH === undefined ? {} : { path: KERNEL_PATH }),
});
