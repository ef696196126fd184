import { beforeAll, describe, expect, it } from 'vitest';
import { buildProgram } from '../support/program.ts';
import { readKept } from './kept.ts';
import { judge } from './referee/judge.ts';

describe('conversations that were kept', () => {
  beforeAll(buildProgram, 60_000);

  it.each(readKept().map((one) => [one.id, one] as const))('%s', async (_, one) => {
    const { left } = await judge(one);
    expect(left).toEqual([]);
  });
});
