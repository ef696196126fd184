import { describe, expect, it } from 'vitest';
import { EARLIER_DIFFERENCES } from '../../src/referee/differences-earlier.ts';
import { COREDNS_RELEASES } from '../../src/referee/differences.ts';
import { touching } from '../../src/referee/touching.ts';
import { readKept } from './kept.ts';
import { OF_THE_COMPARISON } from './of-the-comparison.ts';
import { read } from './play.ts';
import { judge } from './referee/judge.ts';

describe.each(COREDNS_RELEASES)('conversations with CoreDNS %s that were kept', (release) => {
  it.each(readKept(release).map((one) => [one.id, one] as const))('%s', async (_, one) => {
    const { left, explained } = await judge(one, release);
    expect(left).toEqual([]);
    const touched = touching(read(one.case).written.blocks, release).map(({ difference }) => difference.id);
    expect(explained.map(({ row = '' }) => row).filter((row) => !OF_THE_COMPARISON.has(row) && !touched.includes(row))).toEqual([]);
  });
});

it('of the earlier release need every row', async () => {
  const judged = await Promise.all(readKept('1.14.4').map((one) => judge(one, '1.14.4')));
  const used = new Set(judged.flatMap(({ explained }) => explained.map(({ row }) => row)));
  expect(EARLIER_DIFFERENCES.map(({ id }) => id).filter((id) => !used.has(id))).toEqual([]);
});
