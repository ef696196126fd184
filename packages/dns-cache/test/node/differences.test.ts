import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Difference } from '../../src/node/difference.ts';
import { DIFFERENCES } from '../../src/node/differences.ts';

const PAGE = fileURLToPath(new URL('../../docs/node-cache.md', import.meta.url));

const rowOf = ({ id, nodeCache, ours, reason, noticedBy, cases }: Difference): string =>
  `| ${[id, nodeCache, ours, reason, noticedBy, cases.join(' ')].map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;

describe('docs/node-cache.md', () => {
  it('has a row for each difference, and no other', () => {
    const rows = readFileSync(PAGE, 'utf8').split('\n').filter((line) => /^\| N\d+ \|/.test(line));
    expect(rows).toEqual(DIFFERENCES.map(rowOf));
  });
});

describe('a difference', () => {
  const ids = DIFFERENCES.map(({ id }) => id);

  it('has an id of its own, in order', () => {
    const numbers = ids.map((id) => Number(id.slice(1)));
    expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other));
  });

  it('is one line in each column', () => {
    for (const { nodeCache, ours, reason } of DIFFERENCES) {
      for (const cell of [nodeCache, ours, reason]) expect(cell).toMatch(/^\S[^\n]*[^\s.]$/);
    }
  });
});
