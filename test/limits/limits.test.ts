import { describe, expect, it } from 'vitest';
import { root } from '../repository.ts';
import { boundsIn } from './bounds.ts';
import { limitsDocument } from './document.ts';

describe('docs/limits.md', () => {
  it('is what the code says', async () => {
    await expect(limitsDocument()).toMatchFileSnapshot(`${root}docs/limits.md`);
  });
});

describe('a bound', () => {
  const FILE = `
/** So many at once,
 * or fewer. */
export const PENDING_MAX = 1 << 7;
const WAIT_MS_MIN = 2 * PENDING_MAX;

const LENGTH_MAX = 12;
/** No bound. */
const HALF = 0.5;
/** Of each | family. */
const OTHER_MAX = { ipv4: 1 };
`;

  it('is told with its unit and the comment above it, which the next line shares', () => {
    expect(boundsIn('src/pending.ts', FILE)).toEqual([
      { name: 'PENDING_MAX', value: '128', what: 'So many at once, or fewer.' },
      { name: 'WAIT_MS_MIN', value: '256 ms', what: 'So many at once, or fewer.' },
    ]);
  });

  it('is every number of a file that is named so', () => {
    expect(boundsIn('src/upstream-limits.ts', FILE).map(({ name }) => name)).toEqual(['PENDING_MAX', 'WAIT_MS_MIN', 'HALF']);
  });
});
