import { expect } from 'vitest';
import type { Story } from '../../src/report/story/story.ts';

/** Nothing comes of what happens later. */
export const expectCausesFirst = ({ moments }: Story): void => {
  for (const [at, { because, atMs }] of moments.entries()) {
    if (because === undefined) continue;
    expect(because).toBeLessThan(at);
    expect(moments[because]?.atMs).toBeLessThanOrEqual(atMs);
  }
};
