import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, blocks, documents } from './documents.ts';
import { read, root, tracked } from './repository.ts';

/** `pnpm -s NAME …` of a document, without the build that the script does first. */
const runLine = (line: string): string => {
  const [, program = '', words = ''] = /^pnpm -s (\S+)(.*)$/.exec(line) ?? [];
  const main = `packages/${program}/dist/cli/main.js`;
  return execFileSync('sh', ['-c', `exec "$0" ${main} ${words}`, process.execPath], { cwd: root, encoding: 'utf8' });
};

/** `…` alone on a line stands for any lines. */
const matches = (expected: string, output: string): boolean => {
  const pattern = expected
    .trimEnd()
    .split('\n')
    .map((line) => (line === '…' ? '[^]*' : line.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)))
    .join('\n');
  return new RegExp(`^${pattern}$`).test(output.trimEnd());
};

describe.each(documents)('%s', (path) => {
  const text = read(path);

  const commands = blocks(text, 'console').flatMap((block) => block.split(/^\$ /m).slice(1));
  it.each(commands)('shows what is printed by: %s', (command) => {
    const [line = '', ...expected] = command.split('\n');
    const output = runLine(line);
    expect(matches(expected.join('\n'), output) ? '' : output).toBe('');
  });

  const programs = blocks(text, 'ts');
  it.each(programs.map((program, at) => [at + 1, program] as const))('has program %d that runs', async (at, program) => {
    const file = join(root, 'examples', '.documents', `${path.replaceAll('/', '-')}-${at}.ts`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, program);
    await import(file);
  });

  it.each(blocks(text, 'yaml').map((scenario, at) => [at + 1, scenario] as const))('has scenario %d that shows what it expects', (at, scenario) => {
    const file = join(root, 'examples', '.documents', `${path.replaceAll('/', '-')}-${at}.yaml`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, scenario);
    expect(runLine(`pnpm -s scenarios check ${file}`)).toMatch(/^[1-9]\d* passed, 0 failed$/m);
  });

  it('names no file of code that is not there', () => {
    const named = [...text.matchAll(/`((?:[\w.-]+\/)*[\w.-]+\.ts)`/g)].map((found) => found[1] ?? '');
    // The table of rooms leaves `src/` out.
    const ends = tracked.flatMap((file) => [`/${file}`, `/${file.replace('/src/', '/')}`]);
    const isHere = (name: string): boolean => name.includes('NAME') || ends.some((file) => file.endsWith(`/${name}`));
    expect(named.filter((name) => !isHere(name))).toEqual([]);
  });

  it('has no path in a command that is not there', () => {
    const lines = text.split('\n').filter((line) => /^(?: {4}|\$ |pnpm |npx |node |sh )/.test(line));
    const named = lines.flatMap((line) => [...line.matchAll(/(?<![\w./-])(?:packages|examples|test|bench|docs|tools)\/[\w./-]+/g)].map(([path]) => path));
    expect(named.filter((path) => !existsSync(join(root, path)) && !tracked.some((file) => file.startsWith(path)))).toEqual([]);
  });

  it('names no command of the repository that is not there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    const named = [...text.matchAll(/\bpnpm(?:@10)?(?: -s)? ([a-z][\w:-]*)/g)].map(([, name = '']) => name);
    // Of pnpm itself, or of what is installed.
    const others = ['install', 'exec', 'vitest', 'pack', 'build'];
    expect(named.filter((name) => !(name in scripts) && !others.includes(name))).toEqual([]);
  });

  it('says what to type where there is no pnpm', () => {
    if (/^(?:\$ )?pnpm /m.test(text)) expect(text).toContain('`npx --yes pnpm@10`');
  });

  it('has no link to nowhere', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].map(([, file = '', anchor]) => ({ file: file === '' ? path : join(dirname(path), file), anchor }));
    expect(links.filter(({ file }) => !existsSync(join(root, file)))).toEqual([]);
    expect(links.filter(({ file, anchor }) => anchor !== undefined && !anchorsOf(read(file)).includes(anchor))).toEqual([]);
  });
});

it('docs/glossary.md has each word once, in its order, with one sentence', () => {
  const parts = read('docs/glossary.md').split(/^## /m).slice(1);
  const rows = parts.map((part) => [...part.matchAll(/^\| ((?!word|---).*?) \| (.*) \|$/gm)].map(([, word = '', what = '']) => ({ word, what })));
  for (const words of rows.map((part) => part.map(({ word }) => word.toLowerCase()))) expect(words).toEqual([...new Set(words)].sort());
  expect(rows.flat().filter(({ what }) => !/^[A-Z].*[^.]\.$/.test(what))).toEqual([]);
  expect(rows.flat().length).toBeGreaterThan(70);
});
