import { describe, expect, it } from 'vitest';
import { hasShared } from '../support/shared.ts';
import { readOddFiles } from './conversation.ts';
import { complaint, FILE_ROWS, isExplained } from './files.ts';

const isHere = hasShared('coredns-cases');
const files = isHere ? readOddFiles() : [];
const note = isHere ? '' : ' (skipped: the CoreDNS cases are not here)';
describe.skipIf(!isHere)(`odd Corefiles${note}`, () => {
  it('start or not as with CoreDNS', () => {
    const differing = files.filter((file) => (complaint(file) === undefined) !== file.starts).map(({ id }) => id);
    expect(differing.toSorted()).toEqual(FILE_ROWS.flatMap((one) => one.files).toSorted());
  });

  it('and whatever is refused here alone is so for a reason that is known', () => {
    expect(files.filter((file) => !isExplained(file)).map(({ id }) => id)).toEqual([]);
  });

  it.each(FILE_ROWS.flatMap(({ why, says, files: ids }) => ids.map((id) => [id, why, says] as const)))('%s is refused: %s', (id, _, says) => {
    const file = files.find((one) => one.id === id);
    expect(file?.starts).toBe(true);
    expect(file && complaint(file)).toMatch(says);
  });
});
