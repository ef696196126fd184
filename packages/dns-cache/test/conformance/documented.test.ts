import { describe, expect, it } from 'vitest';
import { conformanceText, differingRows } from './row.ts';
import { allRows } from './rows/index.ts';

const ids = allRows.map(({ id }) => id);

/** A row that differs is run as one that must fail (row.ts), so that the document cannot claim too much either. */
describe('docs/conformance.md', () => {
  it('says of no requirement that it differs which is not tested', () => {
    expect([...differingRows()].filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('has what the server does instead for each that differs, and for no other', () => {
    const instead = allRows.filter((row) => row.instead !== undefined).map(({ id }) => id);
    expect([...differingRows()].toSorted()).toEqual(instead.toSorted());
  });

  it('names no requirement twice', () => {
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  });

  it('says how many there are', () => {
    const requirements = `${allRows.length} requirements`;
    expect(conformanceText()).toContain(requirements);
  });
});
