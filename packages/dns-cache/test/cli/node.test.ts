import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { PROGRAM } from '../support/program.ts';
import { sharedScratch } from '../support/scratch.ts';

const files = sharedScratch();

const run = (...argv: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...argv], { encoding: 'utf8', timeout: 20_000 });
  return { status, stdout, stderr };
};

/** Flags by which neither link nor rules are any business of the agent's. */
const LOCAL = ['node', '-localip', '169.254.20.10', '-setupinterface=false', '-setupiptables=false'];

describe('dns-cache node', () => {
  it('is among the commands, and helps', () => {
    expect(run('--help').stdout).toMatch(/^ {2}node +take the place of node-cache/m);
    expect(run('nodes')).toEqual({ status: 2, stdout: '', stderr: "dns-cache: unknown command 'nodes' (Did you mean node?); see dns-cache --help\n" });
    for (const help of ['-help', '--help', '-h']) expect(run('node', help)).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^Usage: dns-cache node -localip/) });
  });

  it.each<readonly [string, readonly string[], string]>([
    ['no address', [], 'dns-cache node: -localip: there is no address to serve on; write -localip 169.254.20.10, or with the cluster address -localip 169.254.20.10,10.96.0.10'],
    ['an unknown flag', ['-bogus'], 'dns-cache node: -bogus: there is no such flag; see -help'],
    ['no model to ask', [...LOCAL.slice(1), '-preflight', '-preflight-program', '/no/such'], 'dns-cache node: -preflight: /no/such is not installed here; install @nodelocal/scenarios, or name its program with -preflight-program FILE'],
  ])('says in one line what is wrong, and ends with 2: %s', (_what, flags, line) => {
    expect(run('node', ...flags)).toEqual({ status: 2, stdout: '', stderr: `${line}\n` });
  });

  it('prints the Corefile that a start would write', () => {
    const template = files.write('good', '.:53 {\n bind __PILLAR__LOCAL__DNS__\n forward . 192.0.2.1\n}\n');
    expect(run(...LOCAL, '-basecorefile', template, '-conf', files.path('Corefile'), '-dry-run')).toEqual({
      status: 0,
      stderr: '',
      stdout: `# nothing to do: link and rules are as wanted\n# write ${files.path('Corefile')}\n.:53 {\n bind 169.254.20.10\n forward . 192.0.2.1\n}\n`,
    });
  });

  it.each<readonly [string, () => string, string]>([
    ['is not there', () => files.path('none'), 'none - no such file'],
    ['makes no Corefile', () => files.write('bad', '.:53 {\n nonsense\n}\n'), ":2:2: Unknown directive 'nonsense'"],
    ['asks for a Service that is not known', () => files.write('service', '. {\n forward . __PILLAR__CLUSTER__DNS__\n}\n'), 'has __PILLAR__CLUSTER__DNS__, but'],
  ])('ends with 2 where the template %s', (_what, template, said) => {
    const { status, stderr } = run(...LOCAL, '-basecorefile', template(), '-dry-run');
    expect([status, stderr]).toEqual([2, expect.stringContaining(said)]);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^dns-cache node: /);
  });
});
