import { afterAll, describe, expect, it } from 'vitest';
import { Kernel } from './kernel.ts';
import { release, whyNot } from './machine.ts';
import { NODES } from './nodes.ts';
import type { NodeName } from './nodes.ts';
import { differences } from './observation.ts';
import type { Difference } from './observation.ts';
import { readRecorded } from './record.ts';

const recorded = readRecorded().map((one) => ({ ...one, name: `${one.of.id}: ${one.why}` }));

/** The release that the answers were recorded on; others may differ where the model knows it. */
const RECORDED_ON = '6.18';
const reason = whyNot() ?? (release() === RECORDED_ON ? undefined : `recorded on ${RECORDED_ON}`);

describe.skipIf(reason !== undefined)(`the recorded answers${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  const kernel = reason === undefined ? new Kernel() : undefined;
  afterAll(() => kernel?.stop());

  it.each(recorded)('$name', { timeout: 60_000 }, async ({ of, kernel: before }) => {
    if (kernel === undefined) return;
    await kernel.node(of.node, NODES[of.node as NodeName]);
    const ask = async (): Promise<readonly Difference[]> => {
      const answer = await kernel.run(of);
      if (answer.kind === 'refused') throw new Error(answer.why);
      // A port that chance gave differs each time; none of these cases has one.
      return differences(before, answer.observation);
    };
    // A difference counts if it shows twice: the machine may have been busy with something else.
    if ((await ask()).length > 0) expect(await ask()).toEqual([]);
  });
});
