import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeQuery, readMessage } from '@nodelocal/dns-cache';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askUdp, freePort } from '../support/loopback.ts';
import { run, stop } from '../support/running.ts';
import { PROGRAM } from '../support/program.ts';
import type { Nsd } from '../support/nsd.ts';
import { hasNsd, nsdNote, startNsd } from '../support/nsd.ts';

const query = (name: string, type = 'A') => encodeQuery({ id: 1, name, type });

describe.skipIf(!hasNsd)(`the agent as a process${nsdNote}`, () => {
  let folder = '';
  let nsd: Nsd;
  let port = 0;
  let http = 0;
  const file = (): string => join(folder, 'Corefile');

  /** The lesson's settings of one zone, on addresses of the test. */
  const write = (cacheOptions: string, more = ''): void =>
    writeFileSync(
      file(),
      `example.test:${port} {
    errors
    log
    cache {
        ${cacheOptions}
    }
    bind 127.0.0.1
    forward . 127.0.0.1:${nsd.port} {
        force_tcp
    }
    prometheus 127.0.0.1:${http}
    health 127.0.0.1:${http} {
        lameduck 2s
    }
    ready 127.0.0.1:${http}
    pprof 127.0.0.1:${http}
    reload 2s 1s
    ${more}
}
`,
    );

  const page = async (path: string): Promise<{ readonly status: number; readonly text: string }> => {
    const response = await fetch(`http://127.0.0.1:${http}${path}`);
    return { status: response.status, text: await response.text() };
  };
  const cacheLines = async (): Promise<readonly string[]> =>
    (await page('/metrics')).text.split('\n').filter((line) => line.startsWith('coredns_cache'));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dns-cache-agent-'));
    nsd = await startNsd();
    [port, http] = [await freePort(), await freePort()];
  });
  afterAll(async () => {
    await nsd.stop();
    rmSync(folder, { recursive: true });
  });

  it('tells Prometheus what CoreDNS tells, and logs as CoreDNS logs', async () => {
    write('success 9984 300\n denial 9984 300');
    const agent = run(file());
    await agent.until(/SHA512/);
    const ask = (name: string, type?: string) => askUdp(port, query(name, type));
    for (const name of ['www.example.test', 'www.example.test', 'WWW.example.test', 'no.example.test', 'no.example.test']) {
      await ask(name);
    }
    const labels = (middle = '') => `{server="dns://127.0.0.1:${port}",${middle}view="",zones="example.test."}`;
    expect(await cacheLines()).toEqual([
      `coredns_cache_entries${labels('type="success",')} 1`,
      `coredns_cache_entries${labels('type="denial",')} 1`,
      `coredns_cache_requests_total${labels()} 5`,
      `coredns_cache_hits_total${labels('type="success",')} 2`,
      `coredns_cache_hits_total${labels('type="denial",')} 1`,
      `coredns_cache_misses_total${labels()} 2`,
    ]);
    const { text } = await page('/metrics');
    const place = `server="dns://127.0.0.1:${port}"`;
    for (const line of [
      `coredns_dns_requests_total{family="1",proto="udp",${place},type="A",view="",zone="example.test."} 5`,
      `coredns_dns_responses_total{plugin="cache",rcode="NOERROR",${place},view="",zone="example.test."} 2`,
      `coredns_dns_responses_total{plugin="forward",rcode="NXDOMAIN",${place},view="",zone="example.test."} 1`,
      `coredns_dns_request_duration_seconds_count{${place},view="",zone="example.test."} 5`,
      `coredns_dns_request_size_bytes_bucket{proto="udp",${place},view="",zone="example.test.",le="100"} 5`,
      `coredns_plugin_enabled{name="cache",${place},view="",zone="example.test."} 1`,
      'coredns_panics_total 0',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    await agent.until(/^\[INFO\] 127\.0\.0\.1:/, 5);
    const logged = agent.lines.filter((line) => line.startsWith('[INFO] 127.0.0.1:'));
    expect(logged[0]).toMatch(
      /^\[INFO\] 127\.0\.0\.1:\d+ - 1 "A IN www\.example\.test\. udp 34 false 512" NOERROR qr,aa,rd \d+ 0\.\d+s$/,
    );
    expect(await page('/health')).toEqual({ status: 200, text: 'OK' });
    expect(await page('/ready')).toEqual({ status: 200, text: 'OK' });
    expect((await page('/debug/pprof/profile?seconds=0.2')).text).toContain('"nodes"');
    expect((await page('/nothing')).status).toBe(404);

    const stopping = stop(agent);
    await agent.until(/lameduck mode for 2s/);
    expect((await page('/ready')).status).toBe(503);
    expect(await page('/health')).toEqual({ status: 200, text: 'OK' });
    expect(readMessage(await ask('www.example.test'))).toMatchObject({ rcode: 'NOERROR' });
    expect(await stopping).toBe(0);
  });

  it('goes on with a changed Corefile without losing its cache, and with the old one where the new one is bad', async () => {
    write('success 9984 300');
    const agent = run(file());
    await agent.until(/SHA512/);
    const ask = (name: string) => askUdp(port, query(name));
    await ask('www.example.test');
    // Queries go on all the time, each with an answer.
    let asked = 0;
    const done = new AbortController();
    const asking = (async () => {
      for (; !done.signal.aborted; asked += 1) await ask('www.example.test');
    })();

    write('success 9984 250', '# other words');
    await agent.until(/Reloading complete/);
    write('success 9984 250', 'nonsense');
    await agent.until(/\[ERROR\] plugin\/reload: Corefile changed but reload failed: .*Corefile:\d+:5: Unknown directive 'nonsense'/);
    write('success 9984 250', 'bind 192.0.2.77');
    await agent.until(/\[ERROR\] plugin\/reload: Corefile changed but reload failed: .*192\.0\.2\.77/);
    done.abort();
    await asking;
    expect(asked).toBeGreaterThan(10);
    // Both count, the one that does not parse at each look.
    expect((await page('/metrics')).text).toMatch(/^coredns_reload_failed_total ([2-9]|\d\d)$/m);
    const misses = (await cacheLines()).filter((line) => line.startsWith('coredns_cache_misses_total'));
    expect(misses).toHaveLength(1);
    expect(misses[0]).toMatch(/ 1$/);
    expect(await stop(agent)).toBe(0);
  });

  it('shows, forgets, saves and loads what it keeps, and keeps it over a restart', async () => {
    write('success 9984 300');
    const [control, cacheFile] = [join(folder, 'control'), join(folder, 'caches')];
    const flags = ['-control', control, '-cache-file', cacheFile];
    const first = run(file(), flags);
    await first.until(/SHA512/);
    const ask = async (name: string) => readMessage(await askUdp(port, query(name)));
    const cache = (...args: readonly string[]): string => {
      const [verb = '', ...rest] = args;
      return execFileSync(process.execPath, [PROGRAM, 'cache', verb, '-control', control, ...rest], { encoding: 'utf8' });
    };
    for (const name of ['www.example.test', 'ns.example.test', 'no.example.test']) await ask(name);
    const listed = (): readonly string[] => cache('list').split('\n').map((line) => line.replace(/\d+s\t/, 'Ns\t'));
    expect(listed()).toEqual([
      expect.stringMatching(/^www\.example\.test\.\tIN\tA\tNoError\tNs\t\d+ octets$/),
      expect.stringMatching(/^ns\.example\.test\./),
      expect.stringMatching(/^no\.example\.test\.\tIN\tA\tNameError/),
      '',
    ]);
    expect(JSON.parse(cache('list', '-json', '-name', 'NS.example.test'))).toMatchObject([{ name: 'ns.example.test.' }]);
        expect(cache('explain', 'WWW.example.test', 'a').replaceAll(/\b\d+s\b/g, 'Ns').replaceAll(`${nsd.port}`, 'NSD').replaceAll(`${port}`, 'PORT')).toBe(`example.test. on dns://127.0.0.1:PORT
  plugins: errors log cache forward
  cache for example.test.: holds
    IN A: NoError, TTL left Ns, age Ns, ${/(\d+) octets/.exec(cache('list', '-name', 'www.example.test'))?.[1] ?? ''} octets
  forward ., policy random
    127.0.0.1:NSD over TCP: up
`);
    expect(JSON.parse(cache('explain', 'elsewhere.test', '-json'))).toMatchObject({ name: 'elsewhere.test.', type: null, blocks: [{ listeners: [`dns://127.0.0.1:${port}`], says: [] }] });
    expect(() => cache('explain', 'a..b')).toThrow(/not a domain name: 'a\.\.b'/);
    expect(() => cache('explain', 'www.example.test', 'B')).toThrow(/not a type: 'B'/);
    expect(cache('save', join(folder, 'saved'))).toContain('saved to');
    expect(cache('flush', '-name', 'www.example.test')).toBe('1 entry flushed\n');
    expect(cache('flush', '-zone', 'example.test')).toBe('2 entries flushed\n');
    expect(listed()).toEqual(['']);
    expect(cache('load', join(folder, 'saved'))).toBe('3 entries taken\n');
    expect(() => cache('flush')).toThrow(/say what to forget/);
    expect(() => cache('load', join(folder, 'Corefile'))).toThrow(/Corefile: not a file of saved caches$/m);
    await stop(first);

    const second = run(file(), flags);
    await second.until(/caches: took 3 entries/);
    await ask('www.example.test');
    expect(await cacheLines()).toContainEqual(expect.stringMatching(/^coredns_cache_hits_total.* 1$/));
    expect(await stop(second)).toBe(0);
    expect(() => cache('list')).toThrow(/no server at .*control/);
  });

  it('ends with 2 and one line where a page’s port is taken', async () => {
    write('success 9984 300');
    const first = run(file());
    await first.until(/SHA512/);
    const other = join(folder, 'other');
    writeFileSync(other, `. {\n bind 127.0.0.2\n prometheus 127.0.0.1:${http}\n forward . 127.0.0.1:${nsd.port}\n}`);
    const second = spawn(process.execPath, [PROGRAM, 'serve', '-conf', other, '-dns.port', String(port)]);
    let complaint = '';
    second.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    const [code] = (await once(second, 'exit')) as [number];
    expect([code, complaint.split('\n').length]).toEqual([2, 2]);
    expect(complaint).toContain(String(http));
    await stop(first);
  });
});
