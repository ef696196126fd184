import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeQuery } from '@nodelocal/dns-cache';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemCalls } from '../../src/loop/system-calls.ts';
import { askTcp, askUdp, framed, freePort } from '../support/loopback.ts';
import { PROGRAM } from '../support/program.ts';
import type { Running } from '../support/running.ts';
import { run, stop } from '../support/running.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { read } from '../support/world.ts';

const isPossible = systemCalls() !== undefined && availableParallelism() > 1;
const note = isPossible ? '' : ' (skipped: needs two processors, and koffi for this machine without DNS_CACHE_LOOP=off)';

const NAMES = Array.from({ length: 40 }, (_, number) => `n${number}.example.org`);

describe.skipIf(!isPossible)(`a server of two threads${note}`, () => {
  let folder = '';
  let port = 0;
  let http = 0;
  let upstream: ScriptedUpstream;
  let agent: Running | undefined;

  const write = (more = '', threads = 2): string => {
    const file = join(folder, 'Corefile');
    writeFileSync(
      file,
      `.:${port} {
  bind 127.0.0.1
  multisocket ${threads}
  errors
  cache
  prometheus 127.0.0.1:${http}
  forward . 127.0.0.1:${upstream.port}
}
${more}`,
    );
    return file;
  };

  const control = (): string => join(folder, 'control');
  const start = async (more = '', flags: readonly string[] = []): Promise<Running> => {
    agent = run(write(more), ['-control', control(), ...flags]);
    await agent.until(/^linux\//);
    return agent;
  };

  const ask = async (name: string, over: 'udp' | 'tcp' = 'udp', at = port) => {
    const message = encodeQuery({ id: 7, name, type: 'A' });
    const [answer = new Uint8Array()] = over === 'udp' ? [await askUdp(at, message)] : await askTcp(at, [framed(message)], 1);
    return read(answer);
  };

  const askAll = async (over: 'udp' | 'tcp' = 'udp'): Promise<void> => {
    for (const { rcode } of await Promise.all(NAMES.map((name) => ask(name, over)))) expect(rcode).toBe('NOERROR');
  };

  const kill = async (thread: number): Promise<number | undefined> => {
    const sent = request({ socketPath: control(), method: 'POST', path: `/thread/kill?number=${thread}` }).end();
    const [response] = (await once(sent, 'response')) as [{ readonly statusCode?: number; resume(): void }];
    response.resume();
    return response.statusCode;
  };

  const metric = async (start: string): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${http}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line.startsWith(start));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  };

  const cli = (...words: readonly string[]): string => execFileSync(process.execPath, [PROGRAM, ...words], { encoding: 'utf8' });
  const descriptors = (): number => readdirSync(`/proc/${agent?.child.pid}/fd`).length;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dns-cache-threads-'));
    upstream = await startScriptedUpstream();
    [port, http] = [await freePort(), await freePort()];
  });
  afterEach(async () => {
    if (agent !== undefined) await stop(agent);
    agent = undefined;
    await upstream.stop();
    rmSync(folder, { recursive: true });
  });

  it('asks once for each name, whoever is asked and over whatever', async () => {
    await start();
    await askAll();
    await askAll('tcp');
    await askAll();
    expect(upstream.queries.map(({ name }) => name).toSorted()).toEqual(NAMES.map((name) => `${name}.`).toSorted());
  });

  it('is one server to whoever counts, lists, flushes, saves and loads', async () => {
    const file = join(folder, 'caches');
    await start();
    await askAll();
    await askAll('tcp');
    expect(await metric('coredns_dns_requests_total')).toBe(2 * NAMES.length);
    expect(await metric('coredns_cache_hits_total')).toBe(NAMES.length);
    expect(await metric('coredns_cache_entries')).toBe(NAMES.length);
    expect(cli('cache', 'list', '-control', control()).trim().split('\n')).toHaveLength(NAMES.length);
    cli('cache', 'save', file, '-control', control());
    expect(cli('cache', 'flush', '-name', 'n3.example.org', '-control', control())).toBe('1 entry flushed\n');
    expect(cli('cache', 'flush', '-all', '-control', control())).toBe(`${NAMES.length - 1} entries flushed\n`);
    expect(cli('cache', 'load', file, '-control', control())).toBe(`${NAMES.length} entries taken\n`);
    const before = upstream.queries.length;
    await askAll();
    expect(upstream.queries.length).toBe(before);
  });

  it('keeps its caches over a restart', async () => {
    const flags = ['-cache-file', join(folder, 'kept')];
    await start('', flags);
    await askAll();
    await stop(agent as Running);
    await (await start('', flags)).until(new RegExp(`took ${NAMES.length} entries`));
    const before = upstream.queries.length;
    await askAll();
    expect(upstream.queries.length).toBe(before);
  });

  it('goes on with a new listener and other files, or as it was where they cannot be had', async () => {
    const running = await start();
    const other = await freePort();
    await askAll();
    writeFileSync(join(folder, 'hosts'), '192.0.2.77 own.example.org\n');
    const more = `.:${other} {\n bind 127.0.0.1\n hosts ${join(folder, 'hosts')}\n}\n`;
    write(more);
    running.child.kill('SIGUSR1');
    await running.until(/Reloading complete/);
    expect((await ask('own.example.org', 'udp', other)).answers).toMatchObject([{ data: { address: '192.0.2.77' } }]);
    expect((await ask('own.example.org', 'tcp', other)).answers).toHaveLength(1);
    // What is kept stays, and so does what was served before a Corefile that cannot be.
    write(`${more}example.com:${http} {\n bind 127.0.0.1\n whoami\n}\n`);
    running.child.kill('SIGUSR1');
    await running.until(/Restart failed/);
    const before = upstream.queries.length;
    await askAll();
    expect(upstream.queries.length).toBe(before);
    expect((await ask('own.example.org', 'udp', other)).answers).toHaveLength(1);
    // Threads learn of a file that changes.
    writeFileSync(join(folder, 'hosts'), '192.0.2.78 own.example.org\n192.0.2.79 own.example.org\n');
    await vi.waitFor(async () => expect((await ask('own.example.org', 'udp', other)).answers).toHaveLength(2), 20_000);
  }, 90_000);

  it('goes on with another configuration though threads die meanwhile', async () => {
    const running = await start();
    const other = await freePort();
    write(`.:${other} {\n bind 127.0.0.1\n whoami\n}\n`);
    running.child.kill('SIGUSR1');
    await Promise.all([kill(1), kill(2)]);
    await running.until(/Reloading complete/);
    await running.until(/is back/, 2);
    for (const name of NAMES.slice(0, 8)) expect((await ask(name, 'udp', other)).rcode).toBe('NOERROR');
    await askAll();
  }, 90_000);

  it('replaces a thread that dies, says so, loses no count, and leaks nothing', async () => {
    const running = await start();
    await askAll();
    expect(await metric('coredns_dns_requests_total')).toBe(NAMES.length);
    await kill(1);
    await running.until(/thread 1 of 2 is back/);
    const before = descriptors();
    for (let times = 0; times < 3; times += 1) {
      expect(await kill(2)).toBe(200);
      await running.until(/thread 2 of 2 died: .*; another takes its place/, times + 1);
      await running.until(/thread 2 of 2 is back/, times + 1);
      await askAll();
      expect(await metric('coredns_dns_requests_total')).toBe((times + 2) * NAMES.length);
    }
    expect(await metric('coredns_panics_total')).toBe(4);
    // Upstream sockets come and go.
    await vi.waitFor(() => expect(descriptors()).toBeLessThanOrEqual(before + 8), 20_000);
    expect(await kill(3)).toBe(400);
  }, 90_000);

  it('answers by the next thread what a dead one owed to connections', async () => {
    upstream.script({ name: '*.slow.example.org.', react: [{ kind: 'reply', response: {}, afterMs: 400 }] });
    const running = await start();
    const asked = Promise.all(NAMES.slice(0, 10).map((_, number) => ask(`n${number}.slow.example.org`, 'tcp')));
    await sleep(150);
    await Promise.all([kill(1), kill(2)]);
    await running.until(/is back/, 2);
    for (const { rcode } of await asked) expect(rcode).toBe('NOERROR');
  }, 90_000);

  it('finds out that it forwards to itself', async () => {
    const other = await freePort();
    const { child } = await start(`.:${other} {\n bind 127.0.0.1\n loop\n forward . 127.0.0.1:${other}\n}\n`);
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(1);
    expect(agent?.lines.join('\n')).toMatch(/\[FATAL\] plugin\/loop: Loop .* detected for zone "\."/);
  }, 90_000);

  it('has no more threads than processors, and says so', async () => {
    agent = run(write('', 1000));
    await agent.until(/plugin\/multisocket: \d+ instead of 1000: more threads than processors/);
    await askAll();
  });
});
