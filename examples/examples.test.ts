import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import { judge, readScenario, simulate } from '@nodelocal/scenarios';
import { readInputs } from '@nodelocal/scenarios/cli';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';

const here = fileURLToPath(new URL('.', import.meta.url));
const packages = fileURLToPath(new URL('../packages', import.meta.url));
const course = readdirSync(here).filter((name) => /^\d\d-/.test(name));
const programs = course.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
const textOf = (name: string): string => readFileSync(join(here, name), 'utf8');

/** Nobody else's, so that whoever listens there is another suite. */
const TURN_PORT = 10_953;

/** What a step of the course says at its end that it prints. */
const promised = (name: string): string => /\n\/\* It prints:\n\n([^]*?)\n\*\/\n$/.exec(textOf(name))?.[1] ?? '';

/** Some listen where their text says: of several suites on a machine one after the other. */
const takeTurn = async (): Promise<Server> => {
  for (;;) {
    const turn = createServer().listen(TURN_PORT, '127.0.0.1');
    try {
      await once(turn, 'listening');
      return turn;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      await sleep(100);
    }
  }
};

describe('the course', () => {
  let turn: Server | undefined;
  beforeAll(async () => {
    turn = await takeTurn();
  });
  afterAll(() => turn?.close());

  it.each(programs)('%s prints what it says', async (name) => {
    const lines: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((...words: readonly unknown[]) => void lines.push(format(...words)));
    try {
      await import(join(here, name));
    } finally {
      log.mockRestore();
    }
    expect(lines.join('\n')).toBe(promised(name));
  });

  it.each(course.filter((name) => name.endsWith('.yaml')))('%s shows what it expects', (name) => {
    const { scenario } = readScenario(name, textOf(name), (file) => expect.fail(file));
    const verdicts = judge(simulate(scenario, readInputs([scenario]), scenario.seed));
    expect(verdicts.filter(({ holds }) => !holds)).toEqual([]);
    expect(verdicts.length).toBeGreaterThan(0);
  });

  it('is numbered without a gap, and its table of contents has each step by its title', () => {
    expect(course.map((name) => Number(name.slice(0, 2)))).toEqual(course.map((_, at) => at + 1));
    const titles = course.map((name) => [name, /^(?:\/\*\n \*|#) (\d+)\. (.*)\.$/m.exec(textOf(name))?.slice(1)]);
    const listed = [...textOf('README.md').matchAll(/^(\d+)\. \[(.*)\]\((.*)\): /gm)].map(([, number, title, name]) => [name, [number, title]]);
    expect(listed).toEqual(titles);
  });
});

describe('12-doctor-in-ci.yml', () => {
  const workflow = parse(textOf('12-doctor-in-ci.yml')) as { readonly jobs: { readonly doctor: { readonly steps: readonly { readonly run?: string }[] } } };
  const [install = '', ...commands] = workflow.jobs.doctor.steps.flatMap(({ run }) => run ?? []);

  /** Runs the job's commands in a checkout with one node, and gives what they print; the packages are already there. */
  const runJob = (change: (rules: string) => string): string => {
    const checkout = mkdtempSync(join(tmpdir(), 'doctor-in-ci-'));
    try {
      cpSync(join(packages, 'scenarios/nodes/lesson'), join(checkout, 'nodes/worker'), { recursive: true });
      const saved = join(checkout, 'nodes/worker/iptables-save.txt');
      writeFileSync(saved, change(readFileSync(saved, 'utf8')));
      const bin = join(checkout, 'node_modules/.bin');
      mkdirSync(bin, { recursive: true });
      for (const name of ['netfilter-sim', 'scenarios']) {
        writeFileSync(join(bin, name), `#!/bin/sh\nexec node ${join(packages, name, 'dist/cli/main.js')} "$@"\n`, { mode: 0o755 });
      }
      return commands.map((command) => execFileSync('bash', ['-e', '-c', command], { cwd: checkout, encoding: 'utf8' })).join('');
    } finally {
      rmSync(checkout, { recursive: true });
    }
  };

  it('is a workflow whose commands pass where nodes are sound', () => {
    expect(install).toBe('npm install --no-save @nodelocal/netfilter-sim @nodelocal/scenarios');
    expect(commands).toHaveLength(2);
    expect(runJob((rules) => rules)).toMatch(/not evaluated: none[^]*\nsound: pods and processes of the node are answered/);
  });

  it('fails, and says what mends it, where a rule of the cache is missing', () => {
    const broken = (): string => runJob((rules) => rules.replace(/^-A PREROUTING -d 10\.96\.0\.10\/32 -p udp .*\n/m, ''));
    expect(broken).toThrow(expect.objectContaining({ status: 1, stdout: expect.stringContaining('# iptables -w -t raw -I PREROUTING -d 10.96.0.10/32 -p udp') }));
  });
});
