import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptedRuleSets, hasCorpora } from '../support/corpora.ts';
import { openPlace, walk } from './corpora/run.ts';
import type { Place } from './corpora/run.ts';
import { timeoutMs } from './budget.ts';
import { whyNot } from './machine.ts';

const reason = hasCorpora ? whyNot() : 'without ../shared';
const SEEDS = [1, 2];

describe.skipIf(reason !== undefined)(`real rule sets on the live kernel${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let place: Place | undefined;
  beforeAll(async () => {
    place = await openPlace();
  });
  afterAll(() => place?.kernel.stop());
  const ruleSets = reason === undefined ? acceptedRuleSets() : [];
  const count = { packets: 0, ruleSets: 0, rules: 0 };

  it.each(ruleSets)('$file', { timeout: timeoutMs }, async (of) => {
    if (place === undefined) throw new Error('the kernel was not opened');
    const counted = new Set<string>();
    for (const seed of SEEDS) {
      const walked = await walk(place, of, seed);
      if (walked.kind === 'disagreed') throw new Error(`seed ${seed}\n${walked.text}`);
      if (walked.kind === 'refused') throw new Error(`the kernel at hand does not take it: ${walked.why}`);
      expect(walked.unknown).toEqual([]);
      walked.counted.forEach((place) => counted.add(place));
      count.packets += walked.packets;
    }
    count.ruleSets += 1;
    count.rules += [...counted].filter((place) => !place.endsWith(' 0')).length;
  });

  it('walks as many packets as docs/fidelity.md says', () => {
    process.stdout.write(`corpora: ${count.packets} packets through ${count.ruleSets} rule sets agreed, ${count.rules} rules counted\n`);
    const told = readFileSync(new URL('../../../../docs/fidelity.md', import.meta.url), 'utf8');
    expect(told).toContain(`${count.packets.toLocaleString('en')} packets`);
  });
});
