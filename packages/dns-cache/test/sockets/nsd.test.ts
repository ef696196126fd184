import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { encodeQuery, parseCorefile } from '@nodelocal/dns-cache';
import type { Service } from '@nodelocal/dns-cache/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { askTcp, askUdp, framed, freePort } from '../support/loopback.ts';
import type { Nsd } from '../support/nsd.ts';
import { hasNsd, nsdNote, startNsd } from '../support/nsd.ts';
import { read } from '../support/world.ts';
import { startService } from '../support/serve.ts';

const run = promisify(execFile);

interface Dug {
  readonly status: string;
  readonly flags: string;
  readonly answers: readonly (readonly string[])[];
  readonly server: string;
}

const dig = async (port: number, ...words: readonly string[]): Promise<Dug> => {
  const args = ['@127.0.0.1', '-p', String(port), '+tries=1', '+time=5', '+ignore', ...words];
  const { stdout } = await run('dig', args);
  const answer = /;; ANSWER SECTION:\n([\s\S]*?)\n\n/.exec(stdout)?.[1] ?? '';
  return {
    status: /status: (\w+)/.exec(stdout)?.[1] ?? '',
    flags: /flags: ([\w ]*);/.exec(stdout)?.[1] ?? '',
    answers: answer
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(/\s+/)),
    server: /SERVER: .*\((\w+)\)/.exec(stdout)?.[1] ?? '',
  };
};

const withoutTtl = ({ answers }: Dug): readonly (readonly string[])[] => answers.map((words) => words.toSpliced(1, 1));

describe.skipIf(!hasNsd)(`with nsd and dig${nsdNote}`, () => {
  let nsd: Nsd;
  let service: Service;
  let port: number;
  const lines: string[] = [];
  const steps: string[] = [];
  const hits = (): number => steps.filter((step) => step === 'hit').length;

  beforeAll(async () => {
    nsd = await startNsd();
    port = await freePort();
    const corefile = parseCorefile(
      `. {
  bind 127.0.0.1
  log
  errors
  cache 30
  forward . 127.0.0.1:${nsd.port}
}
tcp.example.test example.test {
  bind 127.0.0.1
  log
  cache 30
  forward . 127.0.0.1:${nsd.port} {
    force_tcp
  }
}`,
      { file: 'Corefile' },
    );
    service = await startService({
      corefile,
      port,
      readFile: () => '',
      log: (_level, line) => lines.push(line),
      observe: (effect) => {
        if (effect.kind === 'cache') steps.push(effect.outcome);
      },
    });
  });
  afterAll(async () => {
    await service.stop();
    await nsd.stop();
  });

  it.each(['+notcp', '+tcp'])(
    'dig %s gets nsd’s answer, the second time from the cache with a lower TTL',
    async (transport) => {
      const name = transport === '+tcp' ? 'alias.example.test' : 'www.example.test';
      const direct = await dig(nsd.port, transport, name, 'A');
      const first = await dig(port, transport, name, 'A');
      await new Promise((resolve) => setTimeout(resolve, 1100));
      const before = hits();
      const second = await dig(port, transport, name, 'A');
      expect(withoutTtl(first)).toEqual(withoutTtl(direct));
      expect(withoutTtl(second)).toEqual(withoutTtl(direct));
      expect(first.answers.map(([, ttl]) => ttl)).toEqual(first.answers.map(() => '30'));
      for (const [, ttl] of second.answers) expect(Number(ttl)).toBeLessThan(30);
      await vi.waitFor(() => expect(hits() - before).toBe(1));
      expect(first.server).toBe(transport === '+tcp' ? 'TCP' : 'UDP');
    },
  );

  it('passes every type octet for octet', async () => {
    for (const [name, type] of [
      ['_dns._udp.example.test', 'SRV'],
      ['odd\\.label.example.test', 'TXT'],
      ['example.test', 'SOA'],
      ['example.test', 'NS'],
    ] as const) {
      const [theirs, ours] = await Promise.all([dig(nsd.port, name, type), dig(port, name, type)]);
      expect(withoutTtl(ours)).toEqual(withoutTtl(theirs));
    }
  });

  it('keeps NXDOMAIN and NODATA with nsd’s SOA, for its MINIMUM', async () => {
    const query = (id: number, name: string, type: string) => encodeQuery({ id, name, type });
    const denied = read(await askUdp(port, query(1, 'nope.example.test', 'A')));
    expect(denied).toMatchObject({ rcode: 'NXDOMAIN', authorities: [{ type: 'SOA', ttlSeconds: 30 }] });
    const empty = read(await askUdp(port, query(2, 'www.example.test', 'TXT')));
    expect(empty).toMatchObject({ rcode: 'NOERROR', answers: [], authorities: [{ type: 'SOA' }] });
    const before = hits();
    await askUdp(port, query(3, 'nope.example.test', 'A'));
    await askUdp(port, query(4, 'www.example.test', 'TXT'));
    await vi.waitFor(() => expect(hits() - before).toBe(2));
  });

  it('fetches over TCP with force_tcp, and truncates what is too much for the client', async () => {
    const small = read(await askUdp(port, encodeQuery({ id: 1, name: 'many.example.test', type: 'A' })));
    expect(small.truncated).toBe(true);
    // Header and question have 35 octets, each address 16.
    expect(small.answers).toHaveLength(29);
    const [whole = new Uint8Array()] = await askTcp(
      port,
      [framed(encodeQuery({ id: 2, name: 'many.example.test', type: 'A' }))],
      1,
    );
    expect(read(whole).answers).toHaveLength(80);
    const dug = await dig(port, '+noedns', 'many.example.test', 'A');
    expect(dug.flags).toContain('tc');
  });

  it('asks once where many ask at once', async () => {
    const before = steps.filter((step) => step === 'stored').length;
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, id) => askUdp(port, encodeQuery({ id, name: 'ns.example.test', type: 'A' }))),
    );
    expect(answers.map((answer) => read(answer).id)).toEqual(answers.map((_, id) => id));
    await vi.waitFor(() => expect(steps.filter((step) => step === 'stored').length - before).toBe(1));
  });

  it('logs how long a hit took, never nothing', async () => {
    const before = lines.length;
    for (const id of [901, 902]) await askUdp(port, encodeQuery({ id, name: 'ns.example.test', type: 'AAAA' }));
    const found = (id: number): string => lines.slice(before).find((line) => line.includes(` - ${id} "`)) ?? '';
    await vi.waitFor(() => expect(found(902)).not.toBe(''));
    await vi.waitFor(() => expect(steps.at(-1)).toBe('hit'));
    const [miss, hit] = [found(901), found(902)];
    expect(miss).toMatch(/ - 901 "AAAA IN ns\.example\.test\. udp 33 false 512" NOERROR qr,aa,rd \d+ 0\.\d+s$/);
    expect(hit).toMatch(/ - 902 "AAAA IN ns\.example\.test\. udp 33 false 512" NOERROR qr,aa,rd \d+ 0\.\d+s$/);
  });

  it('passes REFUSED on, and logs it', async () => {
    const dug = await dig(port, 'www.example.com', 'A');
    expect(dug.status).toBe('REFUSED');
    expect(
      lines.some((line) =>
        /^\[INFO\] 127\.0\.0\.1:\d+ - \d+ "A IN www\.example\.com\. udp \d+ false 1232" REFUSED qr,rd \d+ [\d.]+s$/.test(
          line,
        ),
      ),
    ).toBe(true);
  });
});
