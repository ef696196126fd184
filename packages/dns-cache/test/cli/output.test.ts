import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { answersDns, run, until } from '../support/field.ts';
import { freePort } from '../support/loopback.ts';
import { PROGRAM } from '../support/program.ts';
import { sharedScratch } from '../support/scratch.ts';

/** No program ends in a stack trace: not where nobody reads it, not where it cannot write, not for a bad path. */

const files = sharedScratch();

beforeAll(() => {
  files.write('Corefile', '. {\n cache\n forward . 192.0.2.1\n}\n');
}, 60_000);

const corefile = (): string => files.path('Corefile');

const COMMANDS: readonly (readonly [string, () => readonly string[]])[] = [
  ['check', () => ['check', corefile()]],
  ['help', () => ['--help']],
  ['help of serve', () => ['serve', '--help']],
];

describe('a closed pipe', () => {
  it.each(COMMANDS)('ends %s quietly', async (_what, words) => {
    const child = spawn(process.execPath, [PROGRAM, ...words()], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect([code, complaint]).toEqual([0, '']);
  });

  it('for complaints leaves the exit code', async () => {
    const child = spawn(process.execPath, [PROGRAM, 'check', files.path('none')], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.destroy();
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBe(2);
  });

  it('does not end a server, which answers on', async () => {
    const port = await freePort();
    const path = files.path('logs');
    writeFileSync(path, '. {\n bind 127.0.0.1\n log\n whoami\n}\n');
    const started = run(['serve', '-conf', path, `-dns.port=${port}`]);
    started.child.stdout.destroy();
    await until('an answer', () => answersDns(port, 'www.test'));
    for (let time = 0; time < 5; time += 1) expect(await answersDns(port, 'www.test')).toBe(true);
    started.child.kill('SIGTERM');
    expect([await started.ended, started.err()]).toEqual([0, '']);
  });
});

describe('signals', () => {
  it('are told in the words of CoreDNS, and a hosts file that is not there once', async () => {
    const port = await freePort();
    const path = files.path('signals');
    const none = files.path('no-hosts');
    writeFileSync(path, `. {\n bind 127.0.0.1\n hosts ${none} {\n 192.0.2.1 a.test\n }\n whoami\n}\n`);
    const started = run(['serve', '-quiet', '-conf', path, `-dns.port=${port}`]);
    await until('an answer', () => answersDns(port, 'a.test'));
    started.child.kill('SIGUSR1');
    await until('a reload', () => started.out().includes('Reloading complete'));
    started.child.kill('SIGTERM');
    expect(await started.ended).toBe(0);
    expect(started.out().trimEnd().split('\n')).toEqual([
      `[WARNING] plugin/hosts: File does not exist: ${none}`,
      '[INFO] SIGUSR1: Reloading',
      '[INFO] Reloading',
      '[INFO] Reloading complete',
      '[INFO] SIGTERM: Shutting down servers then terminating',
    ]);
  });
});

describe('a full disk', () => {
  it.each(COMMANDS)('is said by %s', async (_what, words) => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [PROGRAM, ...words()], { stdio: ['ignore', full, 'pipe'] });
    closeSync(full);
    let complaint = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect([code, complaint]).toEqual([2, 'dns-cache: cannot write: no space left on the device\n']);
  });
});

describe('a bad path', () => {
  it.each([
    ['check', ['check', '/none/Corefile']],
    ['check below a file', ['check', '/dev/null/Corefile']],
    ['check with a name that is too long', ['check', `/${'x'.repeat(300)}`]],
    ['serve', ['serve', '-conf', '/none/Corefile']],
    ['cache list', ['cache', 'list', '-control', '/none/ctl']],
    ['cache list with a file that is no socket', ['cache', 'list', '-control', '/dev/null']],
    ['cache save', ['cache', 'save', '-control', '/none/ctl', '/none/file']],
  ])('is one line of %s', async (_what, words) => {
    const started = run(words);
    expect([await started.ended, started.err().trimEnd().split('\n')]).toEqual([2, [expect.stringMatching(/^\S/)]]);
    expect(started.err()).not.toContain('    at ');
  });
});
