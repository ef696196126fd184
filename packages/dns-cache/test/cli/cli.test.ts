import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fromGoFlags } from '../../src/cli/go-flags.ts';
import { PLUGINS } from '../../src/plugins/index.ts';
import { askUdp, freePort } from '../support/loopback.ts';
import { PROGRAM } from '../support/program.ts';
import { sharedScratch } from '../support/scratch.ts';
import { read } from '../support/world.ts';

const files = sharedScratch();

const run = (
  ...argv: readonly string[]
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...argv], {
    encoding: 'utf8',
    timeout: 20_000,
    env: { UP: '192.0.2.1' },
  });
  return { status, stdout, stderr };
};

describe('flags in the manner of Go', () => {
  it.each([
    [
      ['serve', '-conf', 'X', '-dns.port=5300'],
      ['serve', '--conf', 'X', '--dns.port=5300'],
    ],
    [
      ['serve', '--conf=X', '-quiet'],
      ['serve', '--conf=X', '--quiet'],
    ],
    [
      ['check', '--', '-conf'],
      ['check', '--', '-conf'],
    ],
    [
      ['-', '-1', '-x', 'a-conf'],
      ['-', '-1', '-x', 'a-conf'],
    ],
  ])('%j', (given, expected) => {
    expect(fromGoFlags(given)).toEqual(expected);
  });
});

describe('help', () => {
  it.each([[['--help']], [['-help']], [['serve', '--help']], [['check', '-help']]])('%j', (argv) => {
    const { status, stdout, stderr } = run(...argv);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Usage: dns-cache');
  });
});

describe('check', () => {
  it('prints what a Corefile means, defaults included', () => {
    const path = files.write(
      'meaning',
      'cluster.local {\n bind 169.254.20.10\n cache {\n success 9984 30\n denial 9984 5\n }\n errors\n forward . {$UP} {\n force_tcp\n }\n}\n.:5300 {\n}\n',
    );
    expect(run('check', path)).toEqual({
      status: 0,
      stderr: '',
      stdout: `cluster.local.:53 on 169.254.20.10 (line 1)
  errors stdout
  cache for cluster.local.
    success: 9984 entries, TTL 5 s to 30 s
    denial: 9984 entries, TTL 5 s to 5 s
    negative TTL: the lesser of TTL and SOA MINIMUM
    servfail: 5s
    prefetch: off
    serve_stale: off
  forward . to 192.0.2.1:53
    protocol: TCP
    policy: random, 2 attempts per upstream
    timeouts: 2 s per attempt, 4 s in all
    idle connections: 10s
    health: down after 3 failed probes (. NS) every 500ms

.:5300 on all addresses (line 12)
  no plugin: every query is refused
`,
    });
  });

  it('asks nobody for the addresses of hosts', () => {
    const path = files.write('hosts', '. {\n forward . plain.test tls://secure.test https://web.test:8443\n}\n');
    const { status, stderr, stdout } = run('check', path);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('plain.test');
  });
});

describe('check -against-coredns', () => {
  const text = '. {\n bind 127.0.0.1\n}\nexample.org {\n bind 127.0.0.1\n cache\n}\n';

  it('prints what CoreDNS does otherwise with a Corefile, and how to have that', () => {
    const { status, stdout, stderr } = run('check', '-against-coredns', files.write('beside', text));
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`
negative-ttl
  CoreDNS: tells and keeps a denial for the SOA's TTL
  here: for the lesser of the SOA's TTL and MINIMUM
  why: RFC 2308 §3, §5; asked for
  noticed by: client, upstream
  CoreDNS's way: \`negative_ttl record\` of \`cache\`
  in: example.org.:53 on 127.0.0.1 (line 4)
`);
    expect(stdout).toMatch(/\nkeepalive\n(?: {2}.*\n)* {2}in: every block\n/);
    expect(stdout).not.toContain('minimal-cname');
    expect(stdout).toMatch(/^\d+ of \d+ known differences from CoreDNS 1\.15\.0 touch this Corefile\n$/m);
  });

  it('for one who comes from CoreDNS 1.14.4 prints what that does besides', () => {
    const path = files.write('beside-earlier', text);
    const { status, stdout } = run('check', '-against-coredns', '-coredns-release', '1.14.4', path);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^hit-aa$/m);
    expect(stdout).toMatch(/ known differences from CoreDNS 1\.14\.4 touch this Corefile\n$/);
    expect(run('check', '-against-coredns', path).stdout).not.toContain('hit-aa');
    expect(run('check', '-against-coredns', '-coredns-release', '1.13', path)).toEqual({
      status: 2,
      stdout: '',
      stderr: "dns-cache: -coredns-release: not known: '1.13'; known are 1.15.0, 1.14.4\n",
    });
  });

  it('refuses what `check` refuses', () => {
    const path = files.write('wrong-beside', '. {\n cahce\n}\n');
    expect(run('check', '-against-coredns', path)).toEqual(run('check', path));
  });
});

describe('what is wrong is said in one line, and ends in 2', () => {
  it.each([
    ['no command', () => [], 'dns-cache: no command given; see dns-cache --help'],
    [
      'an unknown command',
      () => ['sreve'],
      "dns-cache: unknown command 'sreve' (Did you mean serve?); see dns-cache --help",
    ],
    ['help about no command', () => ['help', 'sreve'], "dns-cache: unknown command 'sreve'; see dns-cache --help"],
    ['help about no command of `cache`', () => ['cache', 'help', 'lsit'], "dns-cache: unknown command 'lsit'; see dns-cache cache --help"],
    [
      'an unknown flag',
      () => ['serve', '-config', 'x'],
      "dns-cache: unknown option '--config' (Did you mean --conf?); see dns-cache serve --help",
    ],
    ['no Corefile named', () => ['check'], "dns-cache: missing required argument 'corefile'; see dns-cache check --help"],
    ['too much', () => ['check', 'a', 'b'], "dns-cache: too many arguments for 'check'. Expected 1 argument but got 2; see dns-cache check --help"],
    ['no command of `cache`', () => ['cache'], 'dns-cache: no command given; see dns-cache --help'],
    ['a release for no comparison', () => ['check', '-coredns-release', '1.14.4', files.write('alone', '. {\n}')], 'write -against-coredns too'],
    ['two scopes', () => ['cache', 'list', '-control', files.path('none'), '-name', 'a.', '-zone', 'b.'], 'say which: -name NAME or -zone ZONE, not both'],
    [
      'no such Corefile',
      () => ['serve', '-conf', files.path('none')],
      ': no such file; name the Corefile with -conf FILE',
    ],
    ['a folder', () => ['check', files.path()], ': is a directory; name the Corefile behind check'],
    [
      'a port that is none',
      () => ['serve', '-conf', files.write('ok', '. {\n}'), '-dns.port', '99999'],
      "dns-cache: -dns.port: not a port: '99999'; a port is 1 to 65535",
    ],
    [
      'a directive that is none',
      () => ['check', files.write('bad', '. {\n  nothing\n}')],
      `bad:2:3: Unknown directive 'nothing' (known are ${PLUGINS.map(({ directive }) => directive).join(', ')})`,
    ],
    [
      'a directive to come',
      () => ['serve', '-conf', files.write('later', '. {\n  grpc\n}')],
      "later:2:3: directive 'grpc' is not built yet (remove it to go on without)",
    ],
    [
      'a file for forward that is not there',
      () => ['check', files.write('file', '. {\n forward . /no/such/file\n}')],
      "file:2:12: not an IP address or file: '/no/such/file': no such file",
    ],
    [
      'an address that is not here',
      () => ['serve', '-conf', files.write('away', '. {\n bind 192.0.2.77\n}'), '-dns.port', '5399'],
      'dns-cache: cannot listen on 192.0.2.77:5399 over TCP: no interface has this address (add it, or change `bind`)',
    ],
  ])('%s', (_what, argv, expected) => {
    const { status, stdout, stderr } = run(...argv());
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr.endsWith(`${expected}\n`)).toBe(true);
    expect(stderr.trim()).not.toContain('\n');
  });

  it('a port in use', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => {
      other.close();
    });
    const { status, stderr } = run(
      'serve',
      '-conf',
      files.write('used', '. {\n bind 127.0.0.1\n}'),
      '-dns.port',
      String(port),
    );
    expect([status, stderr]).toEqual([
      2,
      `dns-cache: cannot listen on 127.0.0.1:${port} over TCP: address already in use (stop the server that has it, or choose another port with -dns.port)\n`,
    ]);
  });
});

describe('serve', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'says what it serves, answers, logs, and ends with 0 on %s',
    async (signal) => {
      const port = await freePort();
      const path = files.write(
        'serve',
        `. {\n log\n bind 127.0.0.1\n}\nexample.org {\n bind 127.0.0.1\n log\n forward . 127.0.0.1:${await freePort()}\n}`,
      );
      const child = spawn(process.execPath, [PROGRAM, 'serve', '-conf', path, `-dns.port=${port}`], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      onTestFinished(() => {
        child.kill('SIGKILL');
      });
      const lines: string[] = [];
      const reader = createInterface(child.stdout);
      for await (const line of reader) {
        lines.push(line);
        if (lines.length === 4) break;
      }
      child.stdout.resume();
      expect(lines.slice(0, 3)).toEqual([
        `.:${port} on 127.0.0.1`,
        `example.org.:${port} on 127.0.0.1`,
        'dns-cache-0.1.0',
      ]);
      expect(lines[3]).toMatch(/^linux\/\w+, node v\d+/);
      const answer = read(await askUdp(port, encodeQuery({ id: 5, name: 'www.example.org', type: 'A' })));
      expect(answer).toMatchObject({ id: 5, rcode: 'SERVFAIL' });
      child.kill(signal);
      const [code] = await once(child, 'exit');
      expect(code).toBe(0);
    },
  );
});
