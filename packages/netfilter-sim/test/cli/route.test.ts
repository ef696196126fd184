import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { routeCommand } from '../../src/cli/route.ts';
import { runNode } from '../support/program.ts';
import type { Ended } from '../support/program.ts';

const packageFolder = fileURLToPath(new URL('../..', import.meta.url));
const lesson = fileURLToPath(new URL('../../../scenarios/nodes/lesson', import.meta.url));

/** The command alone, as a program of its own. */
const PROGRAM = `
import { Command } from 'commander';
import { runProgram } from './dist/cli/program.js';
import { routeCommand } from './dist/cli/route.js';
await runProgram(new Command('netfilter-sim').addCommand(routeCommand()));
`;

const route = (...words: readonly string[]): Promise<Ended> => runNode(['--input-type=module', '-e', PROGRAM, 'route', ...words], packageFolder);

describe('route get', () => {
  it('prints what ip route get prints on the node', async () => {
    expect(await route('--node', lesson, 'get', '10.96.0.10', 'from', '192.168.82.65', 'iif', 'cali5f3c9a1e0d2')).toEqual({
      code: 0,
      stdout: 'local 10.96.0.10 from 192.168.82.65 dev lo \n    cache <local> iif cali5f3c9a1e0d2 \n',
      stderr: '',
    });
  });

  it('says in its words that there is no way, with exit code 1', async () => {
    expect(await route('--node', lesson, 'get', '8.8.8.8', 'from', '1.2.3.4')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'RTNETLINK answers: Network is unreachable\n',
    });
  });

  it.each([
    [['put', '8.8.8.8'], '"put": only get is known'],
    [['get', 'here'], 'any valid prefix is expected rather than "here"'],
    [['get', 'fd00::1'], 'only IPv4 routes are printed'],
    [['get', '8.8.8.8', 'via', '1.1.1.1'], '"via": expected one of from, iif, oif, mark, tos'],
    [['get', '8.8.8.8', 'mark'], '"mark" needs a value'],
    [['get', '8.8.8.8', 'tos', '100'], 'tos with a number of at most 255'],
    [['get', '8.8.8.8', 'iif', 'eth9'], 'Cannot find device "eth9"'],
  ])('is used wrongly: %j', async (words, what) => {
    const { code, stderr } = await route('--node', lesson, ...words);
    expect(code).toBe(2);
    expect(stderr).toContain(what);
  });

  it('explains itself', () => {
    expect(routeCommand().helpInformation()).toContain('get ADDRESS [from ADDRESS]');
  });
});
