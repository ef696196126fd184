import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket as Stream } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeQuery, encodeResponse } from '@nodelocal/dns-cache';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { clientsMax, DescriptorError, pageReadersMax } from '../../src/sockets/descriptors.ts';
import { failureOf } from '../../src/sockets/failure.ts';
import { run, startServer } from '../support/field.ts';
import { askUdp, freePort } from '../support/loopback.ts';
import { a, read, World } from '../support/world.ts';

/** Field case `upstream-emfile`: clients must not take the descriptors that upstreams, pages and the log need. */

describe('the descriptors of a process', () => {
  it.each([
    [{ most: 1_048_576, inUse: 30 }, 1024, 64],
    [{ most: 1024, inUse: 40 }, 728, 64],
    [{ most: 110, inUse: 30 }, 40, 10],
    [{ most: 78, inUse: 30 }, 24, 6],
    [{ most: Number.POSITIVE_INFINITY, inUse: 30 }, 1024, 64],
    [undefined, 1024, 64],
  ])('%j: %i clients, %i readers of a page', (descriptors, clients, readers) => {
    expect([clientsMax(descriptors), pageReadersMax(descriptors)]).toEqual([clients, readers]);
  });

  it('are too few below that, but for pages that a reload brings', () => {
    expect(() => clientsMax({ most: 77, inUse: 30 })).toThrow(DescriptorError);
    expect(() => clientsMax({ most: 64, inUse: 30 })).toThrow(
      'too few open files: 30 of 64 are in use before the first query (raise ulimit -n to 78 at least)',
    );
    expect(pageReadersMax({ most: 110, inUse: 108 })).toBe(4);
  });
});

describe('an upstream that cannot be asked for want of descriptors', () => {
  it.each(['EMFILE', 'ENFILE'])('%s is said, and not held against it', (code) => {
    expect(failureOf(Object.assign(new Error(code), { code }))).toEqual({ reason: 'no-descriptors' });
    const world = new World({ corefile: '. {\n errors\n forward . 192.0.2.53 {\n max_fails 1\n }\n}' });
    world.ask({ name: 'www.example.org.' });
    for (let time = 0; time < 2; time += 1) world.fail('no-descriptors');
    expect(world.lines.join('\n')).toContain('dial udp 192.0.2.53:53: socket: too many open files');
    for (let time = 0; time < 5; time += 1) {
      const probe = world.probes.at(-1);
      if (probe !== undefined) world.fail('no-descriptors', probe.exchange);
      world.pass(1000);
    }
    expect(world.metrics.filter((line) => line.startsWith('coredns_proxy_healthcheck_failures_total'))).toEqual([]);
    // It is up, and is asked.
    const before = world.asks.length;
    const query = world.ask({ name: 'ftp.example.org.' });
    expect(world.asks.length).toBe(before + 1);
    world.respond({ answers: [a('ftp.example.org.', '192.0.2.1', 30)] });
    expect(world.answer(query).rcode).toBe('NOERROR');
  });
});

describe('serve with few descriptors', () => {
  let folder = '';
  let upstream: Socket;
  let ports: { readonly dns: number; readonly http: number };
  const corefile = (): string => join(folder, 'Corefile');

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dns-cache-descriptors-'));
    upstream = createSocket('udp4');
    upstream.bind(0, '127.0.0.1');
    await once(upstream, 'listening');
    upstream.on('message', (message, { port, address }) => {
      const { id, question } = read(new Uint8Array(message));
      if (question === undefined) return;
      upstream.send(encodeResponse({ id, question, answers: [a(question.name, '192.0.2.1', 30)] }), port, address);
    });
    ports = { dns: await freePort(), http: await freePort() };
    writeFileSync(
      corefile(),
      `. {
  bind 127.0.0.1
  errors
  cache 30
  health 127.0.0.1:${ports.http}
  ready 127.0.0.1:${ports.http}
  prometheus 127.0.0.1:${ports.http}
  reload 2s 1s
  forward . 127.0.0.1:${upstream.address().port}
}
`,
    );
  }, 60_000);
  afterAll(() => {
    upstream.close();
    rmSync(folder, { recursive: true });
  });

  it('asks upstreams and shows its pages whatever clients hold', async () => {
    const server = await startServer(corefile(), { port: ports.dns, flags: [`-dns.port=${ports.dns}`], before: 'ulimit -n 110;' });
    const idle: Stream[] = [];
    onTestFinished(() => {
      for (const socket of idle) socket.destroy();
      server.child.kill('SIGKILL');
    });
    for (let count = 0; count < 200; count += 1) {
      const socket = connect(ports.dns, '127.0.0.1');
      socket.on('error', () => undefined);
      idle.push(socket);
      await once(socket, 'connect');
    }
    const open = idle.filter(({ destroyed }) => !destroyed).length;
    expect(open).toBeGreaterThan(0);
    for (let count = 0; count < 20; count += 1) {
      const answer = read(await askUdp(ports.dns, encodeQuery({ id: count, name: `n${count}.example.org`, type: 'A' })));
      expect(answer).toMatchObject({ rcode: 'NOERROR', answers: [{ data: { address: '192.0.2.1' } }] });
    }
    for (const page of ['health', 'ready', 'metrics']) {
      expect((await fetch(`http://127.0.0.1:${ports.http}/${page}`)).status).toBe(200);
    }
    expect(server.out()).not.toContain('[ERROR]');
    expect([await server.stop(), server.err()]).toEqual([0, '']);
  });

  it.each([78, 64, 48, 40, 32, 24, 20])('ends with 2 and one line where there are too few: %i', async (count) => {
    const started = run(['serve', '-conf', corefile(), `-dns.port=${ports.dns}`], `ulimit -n ${count};`);
    const status = await started.ended;
    expect([status, started.err().trimEnd().split('\n')]).toEqual([2, [expect.stringMatching(/^dns-cache: .*(open files|opened)/)]]);
  });
});
