import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { askTcp, askUdp, framed, freePort } from '../support/loopback.ts';
import { PROGRAM } from '../support/program.ts';
import type { Running } from '../support/running.ts';
import { run, stop } from '../support/running.ts';
import { scratch } from '../support/scratch.ts';

interface Tail {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly printed: { stdout: string; stderr: string };
  readonly exited: Promise<number>;
}

describe('dns-cache tail', () => {
  const folder = scratch();

  const start = async (threads = ''): Promise<{ readonly server: Running; readonly port: number; readonly ask: (name: string, over?: 'tcp') => Promise<void> }> => {
    const port = await freePort();
    const corefile = `.:${port} {\n${threads}\n bind 127.0.0.1\n cache\n template IN A {\n match ^a\n answer "{{ .Name }} 60 IN A 192.0.2.1"\n }\n}`;
    const server = run(folder.write('Corefile', corefile), ['-control', folder.path('control')]);
    onTestFinished(async () => void (await stop(server)));
    await server.until(/^linux\//);
    const ask = async (name: string, over?: 'tcp'): Promise<void> => {
      const message = encodeQuery({ id: 1, name, type: 'A' });
      await (over === undefined ? askUdp(port, message) : askTcp(port, [framed(message)], 1));
    };
    return { server, port, ask };
  };

  const tail = (...words: readonly string[]): Tail => {
    const child = spawn(process.execPath, [PROGRAM, 'tail', '-control', folder.path('control'), ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    const printed = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (printed.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (printed.stderr += chunk.toString()));
    onTestFinished(() => void child.kill('SIGKILL'));
    return { child, printed, exited: once(child, 'close').then(([code]) => code as number) };
  };

  /** Asks for a name of its own until somebody has seen it. */
  const untilWatched = async ({ printed }: Tail, ask: (name: string) => Promise<void>, name: string): Promise<void> => {
    for (const end = Date.now() + 20_000; !printed.stdout.includes(name); await sleep(50)) {
      if (Date.now() > end) throw new Error(`nothing was seen: ${JSON.stringify(printed)}`);
      await ask(name);
    }
  };

  // With two threads each has its part of the names.
  it.each(['', 'multisocket 2'])('prints what is asked and what becomes of it, hits too: %j', async (threads) => {
    const { ask } = await start(threads);
    const all = tail('-json');
    const some = tail('-name', 'a*.test', '-client', '127.0.0.0/8', '-rcode', 'NOERROR', '-rcode', 'NXDOMAIN', '-count', '3');
    await untilWatched(all, ask, 'seen.example.');
    await untilWatched(some, ask, 'a0.test.');
    for (const name of ['b1.test', 'a1.test', 'a1.test', 'a1.test']) await ask(name);
    expect(await some.exited).toBe(0);
    const lines = some.printed.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z 127\.0\.0\.1:\d+ udp IN A a[01]\.test\. NOERROR \d+\.\d{3}ms (?:template|cache)$/);
    await ask('b2.test', 'tcp');
    await vi.waitUntil(() => all.printed.stdout.includes('b2.test'), { timeout: 10_000 });
    const told = all.printed.stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    const { unixMs } = told[0] ?? {};
    expect(Math.abs(Number(unixMs) - Date.now())).toBeLessThan(60_000);
    const ofName = (name: string) => told.filter((one) => one['name'] === name);
    expect(ofName('a1.test.').map(({ plugin }) => plugin)).toEqual(['template', 'cache', 'cache']);
    expect(ofName('b2.test.')).toEqual([
      { unixMs: expect.any(Number), client: '127.0.0.1', port: expect.any(Number), transport: 'tcp', class: 'IN', name: 'b2.test.', type: 'A', rcode: 'SERVFAIL', plugin: '', durationMs: expect.any(Number) },
    ]);
    all.child.kill('SIGINT');
    expect(await all.exited).toBe(0);
    expect(all.printed.stderr).toBe('');
  });

  it('goes on with a changed Corefile, and ends with the server', async () => {
    const { server, port, ask } = await start();
    const all = tail();
    await untilWatched(all, ask, 'before.test.');
    folder.write('Corefile', `.:${port} {\n bind 127.0.0.1\n whoami\n}`);
    server.child.kill('SIGUSR1');
    await server.until(/Reloading complete/);
    await ask('after.test');
    await vi.waitUntil(() => /after\.test\. NOERROR \S+ whoami/.test(all.printed.stdout), { timeout: 10_000 });
    await stop(server);
    expect(await all.exited).toBe(1);
    expect(all.printed.stderr).toContain('dns-cache: the server has ended\n');
  });

  it('ends with who reads it', async () => {
    const { ask } = await start();
    const all = tail();
    await untilWatched(all, ask, 'one.test.');
    all.child.stdout.destroy();
    const asking = setInterval(() => void ask('two.test').catch(() => undefined), 50);
    onTestFinished(() => clearInterval(asking));
    expect(await all.exited).toBe(0);
    clearInterval(asking);
    expect(all.printed.stderr).toBe('');
  });

  it.each([
    [['-rcode', 'BROKEN'], "dns-cache: not a response code: 'BROKEN'; write NXDOMAIN, SERVFAIL, ..., or - for no answer\n"],
    [['-count', 'all'], "dns-cache: tail: -count: not a number of queries: 'all'; write 1 or more\n"],
  ])('refuses %j', async (words, complaint) => {
    await start();
    const refused = tail(...words);
    expect(await refused.exited).toBe(2);
    expect(refused.printed.stderr).toBe(complaint);
  });
});
