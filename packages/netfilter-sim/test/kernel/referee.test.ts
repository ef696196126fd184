import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { casePlan } from './generate/case.ts';
import type { CasePlan } from './generate/case.ts';
import { whyNot } from './machine.ts';
import { Referee } from './referee.ts';
import type { Ruling } from './referee.ts';
import { report } from './report.ts';

const reason = whyNot();
const seconds = Number(process.env['KERNEL_SECONDS'] ?? 20);
/** A fresh one each time; `KERNEL_SEED` repeats a run. */
const seed = Number(process.env['KERNEL_SEED'] ?? Date.now() % 2 ** 31);
const path = process.env['KERNEL_PATH'];

/** Far more than fit: time ends the run. */
const RUNS_MAX = 10_000_000;

describe.skipIf(reason !== undefined)(`the live kernel as referee${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  const referee = reason === undefined ? new Referee() : undefined;
  afterAll(() => referee?.stop());

  it('agrees with the model on what becomes of packets', { timeout: (seconds + 300) * 1000 }, async () => {
    if (referee === undefined) return;
    const count = { agreed: 0, refused: 0, abstained: 0, disagreed: 0 };
    let last: Extract<Ruling, { kind: 'disagreed' }> | undefined;
    const result = await fc.check(
      fc.asyncProperty(casePlan, async (plan: CasePlan) => {
        const ruling = await referee.judge(plan);
        count[ruling.kind] += 1;
        if (ruling.kind === 'disagreed') last = ruling;
        return ruling.kind !== 'disagreed';
      }),
      { seed, numRuns: RUNS_MAX, interruptAfterTimeLimit: seconds * 1000, ...(path === undefined ? {} : { path }) },
    );
    process.stdout.write(`kernel: seed ${seed}, ${count.agreed} cases agreed, ${count.refused} refused by iptables, in ${count.abstained} the model abstained\n`);
    if (result.failed) {
      const found = last === undefined ? String(result.errorInstance) : report(last);
      throw new Error(`seed ${seed}, path ${result.counterexamplePath}\n${found}`);
    }
    expect(count.agreed).toBeGreaterThan(0);
  });
});
