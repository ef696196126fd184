import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { budget, seed, timeoutMs } from './budget.ts';
import { casePlan } from './generate/case.ts';
import type { CasePlan } from './generate/case.ts';
import { whyNot } from './machine.ts';
import { Referee } from './referee.ts';
import type { Ruling } from './referee.ts';
import { report } from './report.ts';

const reason = whyNot();
/** Of the suite: a third of a minute on two idle cores. */
const CASES = 300;

describe.skipIf(reason !== undefined)(`the live kernel as referee${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  const referee = reason === undefined ? new Referee() : undefined;
  afterAll(() => referee?.stop());

  it('agrees with the model on what becomes of packets', { timeout: timeoutMs }, async () => {
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
      budget(CASES),
    );
    process.stdout.write(`kernel: seed ${seed}, ${count.agreed} cases agreed, ${count.refused} refused by iptables or nft, in ${count.abstained} the model abstained\n`);
    if (result.failed) {
      const found = last === undefined ? String(result.errorInstance) : report(last);
      throw new Error(`seed ${seed}, path ${result.counterexamplePath}\n${found}`);
    }
    expect(count.agreed).toBeGreaterThan(0);
  });
});
