import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeQuery, parseCorefile } from '@nodelocal/dns-cache';
import type { TestContext } from 'vitest';
import { describe, expect, it } from 'vitest';
import { askUdp, freePort } from '../support/loopback.ts';
import { startService } from '../support/serve.ts';
import { read } from '../support/world.ts';
import { startFaulty, startUpstreamFor } from './support/server.ts';
import { answers } from './support/upstream.ts';

/** A resolver that knows these lines of a hosts file, and nothing else. */
const startResolver = async (context: TestContext, hosts: string): Promise<number> => {
  const port = await freePort();
  const corefile = `. {\n bind 127.0.0.1\n hosts {\n ${hosts}\n }\n}`;
  const service = await startService({ corefile: parseCorefile(corefile), port, readFile: () => '', log: () => undefined });
  context.onTestFinished(() => service.stop());
  return port;
};

const start = async (context: TestContext, corefile: string) => {
  const port = await freePort();
  const service = await startService({ corefile: parseCorefile(`. {\n bind 127.0.0.1\n ${corefile}\n}`), port, readFile: (path) => readFileSync(path, 'utf8'), log: () => undefined });
  context.onTestFinished(() => service.stop());
  const ask = async (name: string) => read(await askUdp(port, encodeQuery({ id: 1, name, type: 'A' })));
  return { ask, reload: (text: string) => service.reload(parseCorefile(`. {\n bind 127.0.0.1\n ${text}\n}`)) };
};

describe('an upstream that is known by a name', { concurrent: true }, () => {
  it('is looked up by the system', async (context) => {
    const faulty = await startFaulty(context, { udp: answers, to: (port) => `localhost:${port}` });
    expect((await faulty.ask('a.example.org')).answers).toHaveLength(1);
  });

  it('or by a resolver of its own, of several the first that knows it', async (context) => {
    const [ignorant, knowing] = [await startResolver(context, '127.0.0.9 other.test'), await startResolver(context, '127.0.0.1 dns.test')];
    const forward = `resolver 127.0.0.1:${ignorant} 127.0.0.1:${knowing}`;
    const faulty = await startFaulty(context, { udp: answers, to: (port) => `dns.test:${port}`, forward });
    expect((await faulty.ask('a.example.org')).answers).toHaveLength(1);
  });

  it('is asked at all its addresses', async (context) => {
    const { port } = await startUpstreamFor(context, { udp: answers });
    const resolver = await startResolver(context, `127.0.0.1 dns.test\n ::1 dns.test\n 127.0.0.2 dns.test`);
    const second = await startUpstreamFor(context, { udp: answers, address: '127.0.0.2', port });
    const server = await start(context, `forward . dns.test:${port} {\n resolver 127.0.0.1:${resolver}\n policy round_robin\n }`);
    for (let count = 0; count < 9; count += 1) expect((await server.ask(`n${count}.test`)).rcode).toBe('NOERROR');
    expect(second.asked.length).toBeGreaterThan(0);
  });

  it('is refused where nobody knows it, with the place, and a reload then changes nothing', async (context) => {
    const resolver = await startResolver(context, '127.0.0.1 dns.test');
    const { port } = await startUpstreamFor(context, { udp: answers });
    const unknown = `forward . no.test:${port} {\n resolver 127.0.0.1:${resolver}\n }`;
    await expect(start(context, unknown)).rejects.toThrow(/^Corefile:3:12: failed to resolve 'no\.test': /);
    const server = await start(context, `forward . dns.test:${port} {\n resolver 127.0.0.1:${resolver}\n }`);
    await expect(server.reload(unknown)).rejects.toThrow(/failed to resolve/);
    expect((await server.ask('a.test')).rcode).toBe('NOERROR');
  });

  it('is a file where there is one of that name', async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'dns-cache-host-'));
    context.onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'localhost');
    writeFileSync(path, 'nameserver 127.0.0.1\n');
    const explained = parseCorefile(`. {\n forward . ${path}\n}`).blocks[0]?.plugins[0]?.lookups;
    expect(explained).toEqual([]);
    const either = parseCorefile('. {\n forward . localhost\n}').blocks[0]?.plugins[0];
    expect(either?.lookups).toMatchObject([{ host: 'localhost', unlessFile: 'localhost' }]);
    expect(either?.describe()[0]).toBe('forward . to the nameservers of localhost, where that is a file, else localhost:53');
  });
});
