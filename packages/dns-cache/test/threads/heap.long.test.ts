import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { PROGRAM } from '../support/program.ts';

const HEAP = new URL('../threads/heap.js', `file://${PROGRAM}`).href;

/** Works for a while, which grows the young generation, and then does nothing; tells its size, in octets, before and after. */
const WORKER = `
import { getHeapSpaceStatistics } from 'node:v8';
import { collectWhenIdle } from '${HEAP}';
const young = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size;
const kept = [];
for (let count = 0; count < 400_000; count += 1) kept[count % 50_000] = { count, text: String(count) };
const before = young();
collectWhenIdle(1000);
const begun = Date.now();
const look = () => {
  if (young() < before || Date.now() - begun > 30_000) console.log(JSON.stringify([before, young()]));
  else setTimeout(look, 200);
};
look();
`;

describe('a process that has worked and is idle', () => {
  it('gives back its young generation', () => {
    const [before, after] = JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', WORKER], { encoding: 'utf8' })) as [number, number];
    expect(before).toBeGreaterThan(4 << 20);
    expect(after).toBeLessThan(before / 2);
  });
});
