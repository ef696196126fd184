import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Difference } from '../../src/referee/difference.ts';
import { EARLIER_DIFFERENCES } from '../../src/referee/differences-earlier.ts';
import { DIFFERENCES, differencesFrom } from '../../src/referee/differences.ts';
import { OF_THE_COMPARISON } from './of-the-comparison.ts';
import { ROWS } from './rows.ts';
import { EARLIER_ROWS } from './rows/earlier.ts';

const PAGE = fileURLToPath(new URL('../../../../docs/coredns.md', import.meta.url));

const rowOf = ({ id, coredns, ours, why, noticedBy, asCoreDns = '' }: Difference): string =>
  `| ${[id, coredns, ours, why, noticedBy.join(', '), asCoreDns].map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;

const printed = readFileSync(PAGE, 'utf8').split('\n').filter((line) => /^\| (?!id |recorded )[a-z][a-z0-9-]* \| /.test(line));

describe('the differences from CoreDNS that were chosen', () => {
  it('are those by which recorded differences are explained', () => {
    const rows = new Set(ROWS.map(({ id }) => id).filter((id) => !OF_THE_COMPARISON.has(id)));
    expect(DIFFERENCES.map(({ id }) => id).toSorted()).toEqual([...rows].toSorted());
  });

  it('and of the release before those that it has besides', () => {
    expect(EARLIER_DIFFERENCES.map(({ id }) => id).toSorted()).toEqual(EARLIER_ROWS.map(({ id }) => id).toSorted());
    expect(differencesFrom('1.14.4')).toEqual([...DIFFERENCES, ...EARLIER_DIFFERENCES]);
  });

  it('are the rows of docs/coredns.md, and no other', () => {
    expect(printed).toEqual(differencesFrom('1.14.4').map(rowOf));
  });
});
