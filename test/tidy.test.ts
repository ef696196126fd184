import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isCode } from './architecture/tree.ts';
import { read, root, tracked } from './repository.ts';
import { silentSkips } from './skips.ts';

const sources = tracked.filter(isCode);
const linesOf = (path: string): readonly string[] => read(path).trimEnd().split('\n');

describe('the repository', () => {
  it('has no file over 300 lines: such a file is more than one room', () => {
    expect(sources.filter((path) => linesOf(path).length > 300)).toEqual([]);
  });

  it('has the sections of a man page for each package', () => {
    for (const name of readdirSync(`${root}packages`)) {
      const page = read(`packages/${name}/README.md`);
      for (const section of ['Name', 'Install', 'Synopsis', 'Description', 'Exit codes', 'Limits', 'Examples']) expect(page).toContain(`\n## ${section}\n`);
    }
  });

  it('has no test that may be skipped without a reason in its title', () => {
    expect(sources.filter((path) => path.endsWith('.test.ts')).flatMap((path) => silentSkips(path, read(path)))).toEqual([]);
    const some = "it.skipIf(no)('a', f); describe.runIf(yes).each([1])(`b${note}`, f); it.skip('c (skipped: later)', f); describe.skipIf(no).each([1])('d', f); it('e', f);";
    expect(silentSkips('some.test.ts', some)).toEqual(["some.test.ts:1: 'a'", "some.test.ts:1: 'd'"]);
  });

  it('pins every version exactly', () => {
    const catalog = /^catalog:\n((?: .*\n)*)/m.exec(read('pnpm-workspace.yaml'))?.[1] ?? '';
    expect(catalog.trimEnd().split('\n').filter((line) => !/: \d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  it('has no path of the machine that it was made on', () => {
    const found = tracked.filter((path) => !path.endsWith('.png') && /(?:^|[^a-z.])\/(?:wor[k]|far[m])\//m.test(read(path)));
    expect(found).toEqual([]);
  });
});
