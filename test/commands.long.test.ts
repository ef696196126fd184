import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { read, root } from './repository.ts';

const PROGRAMS = ['netfilter-sim', 'dns-cache', 'scenarios'] as const;

const run = promisify(execFile);

/** What has been asked for before. */
const helps = new Map<string, Promise<string>>();

const helpOf = (program: string, ...words: readonly string[]): Promise<string> => {
  const asked = [program, ...words].join(' ');
  const help = helps.get(asked) ?? run(process.execPath, [`${root}packages/${program}/dist/cli/main.js`, ...words, '--help']).then(({ stdout }) => stdout);
  helps.set(asked, help);
  return help;
};

/** The commands that a help lists; `help` is commander's own. */
const commandsIn = (help: string): readonly string[] =>
  [...(/^Commands:\n([^]*)/m.exec(help)?.[1] ?? '').matchAll(/^ {2}([a-z]\S*)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');

const flagsIn = (help: string): readonly string[] => [...help.matchAll(/^ {2}(?:-\w, )?-{1,2}([a-z][\w.-]*)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help' && name !== 'version');

/** Every command of a program, and those inside of it, as they are typed. */
const commandsOf = async (program: string): Promise<readonly string[]> => {
  const inner = await Promise.all(commandsIn(await helpOf(program)).map(async (name) => [name, ...commandsIn(await helpOf(program, name)).map((of) => `${name} ${of}`)]));
  return inner.flat();
};

/** How it ended, and what it said of that. */
const runWrongly = (program: string, ...words: readonly string[]): Promise<readonly [code: number, stdout: string, stderr: string]> =>
  new Promise((resolve) => {
    execFile(process.execPath, [`${root}packages/${program}/dist/cli/main.js`, ...words], (error, stdout, stderr) => resolve([Number(error?.code ?? 0), stdout, stderr]));
  });

describe.each(PROGRAMS)('%s, used wrongly', (program) => {
  /** These say what is wrong with a flag in words of their own: `node` takes node-cache's, `rules` kube-proxy's. */
  const OWN_WORDS = ['node', 'rules'];

  it('says in one line what is wrong, and where its help is', async () => {
    const one = (text: string): readonly [number, string, string] => [2, '', expect.stringMatching(new RegExp(`^${text}\\n$`)) as string];
    expect(await runWrongly(program)).toEqual(one(`${program}: no command given; see ${program} --help`));
    expect(await runWrongly(program, 'nothing')).toEqual(one(`${program}: unknown command 'nothing'; see ${program} --help`));
    for (const command of await commandsOf(program)) {
      if (OWN_WORDS.includes(command)) expect(await runWrongly(program, command, '--nothing')).toEqual(one(`${program}.*: .*--?nothing: .*`));
      else expect(await runWrongly(program, ...command.split(' '), '--nothing')).toEqual(one(`${program}: .*; see ${program} ${command} --help`));
    }
  });

  it('has help by each of its words', async () => {
    const help = await helpOf(program);
    for (const words of [['-h'], ['help']]) expect(await runWrongly(program, ...words)).toEqual([0, help, '']);
    for (const command of await commandsOf(program)) expect(await helpOf(program, ...command.split(' '))).toMatch(new RegExp(`^Usage: ${program} ${command} `));
  });
});

describe.each(PROGRAMS)('the page of %s', (program) => {
  const page = read(`packages/${program}/README.md`);
  /** In the synopsis, where commands with the same words share a line: `cache save|load`. */
  const isNamed = (name: string): boolean => new RegExp(String.raw`${program} ${name.replace(/\S+$/, String.raw`(?:\w+\|)*$&`)}(?![\w-])`).test(page);

  it('names each command, and each flag of it', async () => {
    const all = await Promise.all((await commandsOf(program)).map(async (name) => ({ name, help: await helpOf(program, ...name.split(' ')) })));
    expect(all.length).toBeGreaterThan(5);
    const missing = all.flatMap(({ name, help }) => [
      ...(isNamed(name) ? [] : [name]),
      ...flagsIn(help).filter((flag) => !new RegExp(String.raw`-${flag.replaceAll('.', String.raw`\.`)}(?![\w-])`).test(page)).map((flag) => `${name} --${flag}`),
    ]);
    expect(missing).toEqual([]);
  });
});
