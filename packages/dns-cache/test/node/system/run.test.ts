import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { failureText } from '../../../src/node/command.ts';
import { readTextFile } from '../../../src/node/system/read-text.ts';
import { runCommand } from '../../../src/node/system/run.ts';

const shell = (script: string, stdin = '', timeLimitMs = 5000): ReturnType<typeof runCommand> => runCommand({ argv: ['sh', '-c', script], stdin, timeLimitMs });

const isThere = (pid: string): boolean => spawnSync('kill', ['-0', pid]).status === 0 && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

describe('a command', () => {
  it('reads what it is given and gives what it says', async () => {
    expect(await shell('cat; echo more', 'text\n')).toEqual({ kind: 'done', stdout: 'text\nmore\n' });
  });

  it.each([
    ['fails', 'echo out; echo why >&2; exit 3', { kind: 'failed', status: 3, stdout: 'out\n', stderr: 'why\n' }],
    ['is killed', 'kill -9 $$', { kind: 'failed', status: 137 }],
    ['ends with 4 for another reason', 'echo no memory >&2; exit 4', { kind: 'failed', status: 4 }],
    ['waits for the lock in vain', 'echo "Another app is currently holding the xtables lock." >&2; exit 4', { kind: 'lock-held', status: 4 }],
    ['does not read', 'exit 0', { kind: 'done', stdout: '' }],
  ])('that %s', async (_, script, outcome) => {
    expect(await shell(script, 'x'.repeat(1_000_000))).toMatchObject(outcome);
  });

  it('that is not there', async () => {
    expect(await runCommand({ argv: ['no-such-program'], timeLimitMs: 1000 })).toEqual({ kind: 'missing', program: 'no-such-program' });
  });

  it('that may not be started is no missing one', async () => {
    expect(await runCommand({ argv: ['/proc/self/status'], timeLimitMs: 1000 })).toEqual({ kind: 'failed', status: 126, stdout: '', stderr: '/proc/self/status: permission denied' });
  });

  it('that hangs is killed with all that it started', async () => {
    const started = performance.now();
    const file = `/tmp/dns-cache-run-${process.pid}`;
    expect(await shell(`sleep 60 & echo $! $$ > ${file}; wait`, '', 300)).toEqual({ kind: 'timed-out', afterMs: 300 });
    // Not after a minute; and a process that is killed is gone by and by.
    expect(performance.now() - started).toBeLessThan(30_000);
    const pids = readFileSync(file, 'utf8').trim().split(' ');
    rmSync(file);
    await vi.waitFor(() => expect(pids.map(isThere)).toEqual([false, false]), { timeout: 10_000 });
  });

  it.each([
    [{ kind: 'failed', status: 1, stdout: '', stderr: 'fake failure\n' }, 'exit status 1: fake failure'],
    [{ kind: 'missing', program: 'iptables' }, 'exec: "iptables": executable file not found in $PATH'],
    [{ kind: 'timed-out', afterMs: 1500 }, 'timed out after 1.5 s'],
  ] as const)('says in node-cache’s words what went wrong: %o', (failure, text) => {
    expect(failureText(failure)).toBe(text);
  });

  it('of /proc may have no file', async () => {
    expect(await readTextFile('/proc/net/no-such-protocol')).toBeUndefined();
    expect(await readTextFile('/proc/net/udp')).toContain('local_address');
  });
});
