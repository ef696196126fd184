import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDocument, root } from './documents.ts';

const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trimEnd().split('\n');
const sources = tracked.filter((path) => path.endsWith('.ts'));
const linesOf = (path: string): readonly string[] => readFileSync(root + path, 'utf8').split('\n');

describe('the repository', () => {
  it('has no file over 400 lines: such a file is more than one room', () => {
    expect(sources.filter((path) => linesOf(path).length > 400)).toEqual([]);
  });

  it('has every room on the map', () => {
    const map = readDocument('ARCHITECTURE.md');
    const rooms = readdirSync(`${root}packages`).flatMap((name) =>
      readdirSync(`${root}packages/${name}/src`, { withFileTypes: true }).filter((entry) => entry.isDirectory()),
    );
    expect(rooms.map(({ name }) => `\`${name}/\``).filter((room) => !map.includes(room))).toEqual([]);
  });

  it('has the sections of a man page for each package', () => {
    for (const name of readdirSync(`${root}packages`)) {
      const page = readDocument(`packages/${name}/README.md`);
      for (const section of ['Name', 'Synopsis', 'Description', 'Exit codes']) expect(page).toContain(`\n## ${section}\n`);
    }
  });

  it('imports dns-packet in one file', () => {
    const importers = sources.filter((path) => path.includes('/src/') && linesOf(path).some((line) => /from 'dns-packet'/.test(line)));
    expect(importers).toEqual(['packages/dns-cache/src/message/codec.ts']);
  });

  it('pins every version exactly', () => {
    const catalog = /^catalog:\n((?: .*\n)*)/m.exec(readFileSync(`${root}pnpm-workspace.yaml`, 'utf8'))?.[1] ?? '';
    expect(catalog.trimEnd().split('\n').filter((line) => !/: \d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  it('has no path of the machine that it was made on', () => {
    const found = tracked.filter((path) => !path.endsWith('.png') && /(?:^|[^a-z.])\/(?:wor[k]|far[m])\//m.test(readFileSync(root + path, 'utf8')));
    expect(found).toEqual([]);
  });
});
