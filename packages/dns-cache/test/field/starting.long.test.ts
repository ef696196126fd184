import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeQuery } from '@nodelocal/dns-cache';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { answersDns, run, startServer, until } from '../support/field.ts';
import { askTcp, canListen, framed, freePort } from '../support/loopback.ts';
import { PROGRAM } from '../support/program.ts';
import { sharedScratch } from '../support/scratch.ts';

/** Field case `control-unusable`, and its like: whatever fails after the sockets are open lets go of them. */

const MKFIFO = 'mkfifo';
const files = sharedScratch();
let port = 0;

const corefileOf = (more = ''): string => `. {\n bind 127.0.0.1\n hosts {\n 192.0.2.1 www.test\n }\n${more}\n}\n`;

const isFree = (): Promise<boolean> => canListen(createServer().listen(port, '127.0.0.1'));

beforeAll(async () => {
  port = await freePort();
}, 60_000);

const flags = (): readonly string[] => [`-dns.port=${port}`];
const start = (corefile: string, more: readonly string[] = []) =>
  startServer(corefile, { port, probe: 'www.test', flags: [...flags(), ...more] });

describe('serve -control', () => {
  it('takes the place of a server that was killed, and ends with the first SIGTERM', async () => {
    const corefile = files.write('Corefile', corefileOf());
    const killed = await start(corefile, ['-control', files.path('ctl')]);
    killed.child.kill('SIGKILL');
    expect(await killed.ended).toBe('SIGKILL');
    expect(existsSync(files.path('ctl'))).toBe(true);
    const next = await start(corefile, ['-control', files.path('ctl')]);
    expect(execFileSync(process.execPath, [PROGRAM, 'cache', 'list', '-control', files.path('ctl')], { encoding: 'utf8' })).toBe('');
    expect([await next.stop(), next.err()]).toEqual([0, '']);
    expect(existsSync(files.path('ctl'))).toBe(false);
  });

  it.each([
    ['in a folder that is not there', () => files.path('none/ctl'), 'no such folder'],
    ['over a plain file', () => files.write('plain', 'kept'), 'there is something else (name another file)'],
    ['over a folder', () => {
      mkdirSync(files.path('folder'), { recursive: true });
      return files.path('folder');
    }, 'there is something else (name another file)'],
    ['below a plain file', () => `${files.write('plain', 'kept')}/ctl`, 'not a directory'],
  ])('%s ends with 2 and one line, nothing left listening', async (_what, path, reason) => {
    const control = path();
    const started = run(['serve', '-conf', files.write('Corefile', corefileOf()), ...flags(), '-control', control]);
    expect([await started.ended, started.err(), started.out()]).toEqual([2, `dns-cache: cannot listen on ${control}: ${reason}\n`, '']);
    expect(await isFree()).toBe(true);
    if (existsSync(files.path('plain'))) expect(readFileSync(files.path('plain'), 'utf8')).toBe('kept');
  });

  it('leaves the socket of a running server alone', async () => {
    const first = await start(files.write('Corefile', corefileOf()), ['-control', files.path('ctl')]);
    const second = run(['serve', '-conf', files.write('other', '. {\n bind 127.0.0.2\n whoami\n}'), ...flags(), '-control', files.path('ctl')]);
    expect([await second.ended, second.err()]).toEqual([
      2,
      `dns-cache: cannot listen on ${files.path('ctl')}: a running server has it (name another file)\n`,
    ]);
    expect(spawnSync(process.execPath, [PROGRAM, 'cache', 'list', '-control', files.path('ctl')]).status).toBe(0);
    expect(await first.stop()).toBe(0);
  });
});

describe('serve -cache-file', () => {
  it.each([
    ['in a folder that is not there', () => files.path('none/caches'), 'no such file'],
    ['that is a folder', () => {
      mkdirSync(files.path('caches.d'), { recursive: true });
      return files.path('caches.d');
    }, 'is not a file'],
    ['that is a device', () => '/dev/null', 'is not a file'],
    ['where no file can be made', () => '/proc/caches', 'no such file'],
  ])('%s is told at the start', async (_what, path, reason) => {
    const cacheFile = path();
    const started = run(['serve', '-conf', files.write('Corefile', corefileOf()), ...flags(), '-cache-file', cacheFile]);
    expect([await started.ended, started.err()]).toEqual([
      2,
      `dns-cache: cannot keep the caches in ${cacheFile}: ${reason}; name another file with -cache-file\n`,
    ]);
    expect(await isFree()).toBe(true);
  });

  it.skipIf(process.getuid?.() !== 0)(`keeps the old file, and no half one, where the disk is full${process.getuid?.() === 0 ? '' : ' (skipped: needs root)'}`, async () => {
    // The file of these caches is larger than the file system; it is mounted for this process alone.
    mkdirSync(files.path('small'), { recursive: true });
    const names = Array.from({ length: 400 }, (_, index) => `host-${index}.test`);
    const hosts = names.map((name) => `192.0.2.1 ${name}`).join('\n');
    const corefile = files.write('full', `. {\n bind 127.0.0.1\n cache\n hosts {\n 192.0.2.1 www.test\n${hosts}\n }\n}\n`);
    const mount = `mount -t tmpfs -o size=16k none ${files.path('small')} && echo old > ${files.path('small/caches')}`;
    const before = `exec unshare -m sh -c '${mount}; exec "$0" "$@"' "$0" "$@";`;
    const server = await startServer(corefile, { port, probe: 'www.test', flags: [...flags(), '-control', files.path('ctl')], before });
    onTestFinished(() => {
      server.child.kill('SIGKILL');
    });
    await askTcp(port, names.slice(0, 100).map((name, id) => framed(encodeQuery({ id, name, type: 'A' }))), 100);
    await askTcp(port, names.slice(100).map((name, id) => framed(encodeQuery({ id, name, type: 'A' }))), 300);
    const saved = spawnSync(process.execPath, [PROGRAM, 'cache', 'save', '-control', files.path('ctl'), files.path('small/caches')], { encoding: 'utf8' });
    expect([saved.status, saved.stderr]).toEqual([2, `dns-cache: ${files.path('small/caches')}: no space left on the device\n`]);
    const seen = `/proc/${server.child.pid ?? 0}/root${files.path('small')}`;
    expect([readdirSync(seen), readFileSync(`${seen}/caches`, 'utf8')]).toEqual([['caches'], 'old\n']);
    expect(await server.stop()).toBe(0);
  });
});

describe('SIGTERM', () => {
  it.each([0, 20, 60, 120, 250, 500, 900])('%i ms after the start is enough', async (ms) => {
    const started = run(['serve', '-conf', files.write('Corefile', corefileOf()), ...flags(), '-control', files.path('ctl')]);
    await sleep(ms);
    started.child.kill('SIGTERM');
    const end = await Promise.race([started.ended, sleep(4000, 'still alive')]);
    started.child.kill('SIGKILL');
    expect([0, 'SIGTERM']).toContain(end);
    expect(started.err()).toBe('');
  });

  it('ends a process that waits for its Corefile', async () => {
    execFileSync(MKFIFO, [files.path('pipe')]);
    const started = run(['serve', '-conf', files.path('pipe'), ...flags()]);
    await sleep(1500);
    started.child.kill('SIGTERM');
    const end = await Promise.race([started.ended, sleep(4000, 'still alive')]);
    started.child.kill('SIGKILL');
    expect(end).toBe('SIGTERM');
  });
});

describe('a page whose port is taken', () => {
  it('ends the start with 2, and says which directive wants it', async () => {
    const taken = await freePort();
    const other = createServer().listen(taken, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => {
      other.close();
    });
    for (const directive of ['ready', 'health', 'prometheus', 'pprof']) {
      const corefile = files.write('Corefile', corefileOf(` ${directive} 127.0.0.1:${taken}`));
      const started = run(['serve', '-conf', corefile, ...flags()]);
      expect([await started.ended, started.err(), started.out()]).toEqual([
        2,
        `dns-cache: cannot listen on 127.0.0.1:${taken} over TCP: address already in use (stop the server that has it, or choose another port, as in \`${directive} 127.0.0.1:PORT\`, ${corefile}:6)\n`,
        '',
      ]);
      expect(await isFree()).toBe(true);
    }
  });

  it('leaves all as it was where a reload wants it', async () => {
    const [taken, free] = [await freePort(), await freePort()];
    const other = createServer().listen(taken, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => {
      other.close();
    });
    const corefile = files.write('Corefile', corefileOf(` prometheus 127.0.0.1:${free}`));
    const server = await start(corefile);
    files.write('Corefile', `. {\n bind 127.0.0.1\n ready 127.0.0.1:${taken}\n whoami\n}\n`);
    server.child.kill('SIGUSR1');
    await until('a failed reload', () => server.out().includes('Restart failed: cannot listen on'));
    expect(await answersDns(port, 'www.test')).toBe(true);
    const metrics = await (await fetch(`http://127.0.0.1:${free}/metrics`)).text();
    expect(metrics).toContain('coredns_reload_failed_total 1\n');
    expect(await server.stop()).toBe(0);
  });
});

describe('a changed Corefile that does not parse', () => {
  it('counts as a failed reload each time it is looked at', async () => {
    const free = await freePort();
    const server = await start(files.write('Corefile', corefileOf(` prometheus 127.0.0.1:${free}`)));
    const failed = async (): Promise<string | undefined> => {
      const text = await (await fetch(`http://127.0.0.1:${free}/metrics`)).text();
      return /^coredns_reload_failed_total (\d+)$/m.exec(text)?.[1];
    };
    expect(await failed()).toBe('0');
    // Field case `reload-syntax-metric`.
    files.write('Corefile', '.:15353 {\n  forward . 192.0.2.1\n}\n{\n');
    for (const count of ['1', '2']) {
      server.child.kill('SIGUSR1');
      await until(`${count} failed`, async () => (await failed()) === count);
    }
    expect(server.out()).toContain("Corefile:4:1: Unexpected '{'");
    expect(await server.stop()).toBe(0);
  });
});
