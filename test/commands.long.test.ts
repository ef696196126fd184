import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { read, root } from './repository.ts';

const PROGRAMS = ['netfilter-sim', 'dns-cache', 'scenarios'] as const;

const helpOf = async (program: string, ...words: readonly string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [`${root}packages/${program}/dist/cli/main.js`, ...words, '--help'])).stdout;

/** The commands that a help lists; `help` is commander's own. */
const commandsIn = (help: string): readonly string[] =>
  [...(/^Commands:\n([^]*)/m.exec(help)?.[1] ?? '').matchAll(/^ {2}([a-z]\S*)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');

const flagsIn = (help: string): readonly string[] => [...help.matchAll(/^ {2}(?:-\w, )?-{1,2}([a-z][\w.-]*)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help' && name !== 'version');

describe.each(PROGRAMS)('the page of %s', (program) => {
  const page = read(`packages/${program}/README.md`);
  /** In the synopsis, where commands with the same words share a line: `cache save|load`. */
  const isNamed = (name: string): boolean => new RegExp(String.raw`${program} ${name.replace(/\S+$/, String.raw`(?:\w+\|)*$&`)}(?![\w-])`).test(page);

  it('names each command, and each flag of it', async () => {
    const whole = await helpOf(program);
    const commands = await Promise.all(
      commandsIn(whole).map(async (name) => {
        const help = await helpOf(program, name);
        const inner = await Promise.all(commandsIn(help).map(async (of) => ({ name: `${name} ${of}`, help: await helpOf(program, name, of) })));
        return [{ name, help }, ...inner];
      }),
    );
    const all = commands.flat();
    expect(all.length).toBeGreaterThan(5);
    const missing = all.flatMap(({ name, help }) => [
      ...(isNamed(name) ? [] : [name]),
      ...flagsIn(help).filter((flag) => !new RegExp(String.raw`-${flag.replaceAll('.', String.raw`\.`)}(?![\w-])`).test(page)).map((flag) => `${name} --${flag}`),
    ]);
    expect(missing).toEqual([]);
  });
});
