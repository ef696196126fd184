import type { ChildProcess } from 'node:child_process';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasNsd, nsdNote } from '../support/nsd.ts';
import { PROGRAM } from '../support/program.ts';
import { hasShared, sharedPath } from '../support/shared.ts';

/*
 * The lesson's steps 19 to 24, with its own Corefile on the addresses that it names: in a network namespace of our own
 * that has them, with one nsd in the place of kube-dns-upstream and of the node's resolver.
 */

const LESSON = 'reference/lesson.txt';
const UPSTREAM = '10.96.248.93';

const isRoot = process.getuid?.() === 0;
const ready = hasNsd && isRoot && hasShared(LESSON);
const note = ready ? '' : ` (skipped: needs root, ../shared/${LESSON}${nsdNote})`;

/** The Corefile of step 22, its placeholders filled in as the pod would. */
const lessonCorefile = (): string => {
  const text = readFileSync(sharedPath(LESSON), 'utf8');
  const start = text.indexOf('  Corefile: |\n') + '  Corefile: |\n'.length;
  const end = text.indexOf('\n\nSave and exit the editor');
  return text
    .slice(start, end)
    .replaceAll('__PILLAR__CLUSTER__DNS__', UPSTREAM)
    .replaceAll('__PILLAR__UPSTREAM__SERVERS__', UPSTREAM);
};

const ZONES: Readonly<Record<string, string>> = {
  'cluster.local': `$ORIGIN cluster.local.
$TTL 30
@ SOA ns hostmaster 1 7200 1800 86400 60
@ NS ns
ns A ${UPSTREAM}
kubernetes.default.svc A 10.96.0.1
dual.default.svc A 10.96.0.2
dual.default.svc AAAA fd00::2
_dns._udp.kube-dns.kube-system.svc SRV 0 100 53 kube-dns.kube-system.svc
kube-dns.kube-system.svc A 10.96.0.10
chain CNAME link
link CNAME kubernetes.default.svc
long TXT ${Array.from({ length: 16 }, (_, index) => `"${String.fromCharCode(97 + index).repeat(250)}"`).join(' ')}
`,
  'google.com': `$ORIGIN google.com.
$TTL 300
@ SOA ns hostmaster 1 7200 1800 86400 60
@ NS ns
ns A ${UPSTREAM}
@ A 142.250.1.1
@ MX 10 smtp
smtp A 142.250.1.2
`,
  '96.10.in-addr.arpa': `$ORIGIN 96.10.in-addr.arpa.
$TTL 30
@ SOA ns hostmaster 1 7200 1800 86400 60
@ NS ns.cluster.local.
1.0 PTR kubernetes.default.svc.cluster.local.
`,
};

const namespace = `dns-cache-${process.pid}`;
const run = promisify(execFile);
const environment = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

const inside = async (command: string, ...args: readonly string[]): Promise<string> => {
  const { stdout } = await run('ip', ['netns', 'exec', namespace, command, ...args], { env: environment });
  return stdout;
};

const dig = async (server: string, ...args: readonly string[]): Promise<string> =>
  inside('dig', '+time=3', '+tries=1', `@${server}`, ...args);

/** Status, flags, sections; TTLs, IDs and times left out, AA, which a hit never has, and CD, which nsd does not copy. */
const comparable = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => /status:|flags:|^[^;\s]/.test(line))
    .map((line) =>
      line
        .replace(/, id: \d+/, '')
        .replace(/ aa\b/, '')
        .replace(/ cd;/, ';')
        .replace(/^(\S+\s+)\d+(\s+IN)/, '$1$2')
        .replace(/udp: \d+/, 'udp')
        .replace(/; COOKIE:.*/, ''),
    )
    .toSorted();

const page = (url: string): Promise<string> =>
  inside(process.execPath, '-e', `fetch(${JSON.stringify(url)}).then((r) => r.text()).then((t) => process.stdout.write(t))`);

describe.skipIf(!ready)(`the lesson's Corefile${note}`, () => {
  let folder = '';
  const children: ChildProcess[] = [];
  const lines: string[] = [];

  const start = (command: string, ...args: readonly string[]): ChildProcess => {
    const child = spawn('ip', ['netns', 'exec', namespace, command, ...args], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    return child;
  };

  const until = async (what: () => boolean | Promise<boolean>): Promise<void> => {
    for (const end = Date.now() + 10_000; !(await what()); await sleep(50)) {
      if (Date.now() > end) throw new Error(`waited in vain; so far:\n${lines.join('\n')}`);
    }
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dns-cache-lesson-'));
    const ip = (...args: readonly string[]): void => {
      execFileSync('ip', args, { env: environment });
    };
    ip('netns', 'add', namespace);
    ip('-n', namespace, 'link', 'set', 'lo', 'up');
    // A bridge without ports stands in for the dummy device.
    ip('-n', namespace, 'link', 'add', 'nodelocaldns', 'type', 'bridge');
    for (const address of ['169.254.20.10', '10.96.0.10', UPSTREAM]) {
      ip('-n', namespace, 'addr', 'add', `${address}/32`, 'dev', 'nodelocaldns');
    }
    const file = (name: string): string => join(folder, name);
    for (const [zone, text] of Object.entries(ZONES)) writeFileSync(file(zone), text);
    const zones = Object.keys(ZONES).map((zone) => `zone:\n  name: ${zone}\n  zonefile: ${zone}\n`);
    writeFileSync(
      file('nsd.conf'),
      `server:\n  ip-address: ${UPSTREAM}\n  username: ""\n  chroot: ""\n  zonesdir: "${folder}"\n  pidfile: ""\n` +
        `  zonelistfile: "${file('zone.list')}"\n  xfrdfile: ""\n  xfrdir: "${folder}"\n  database: ""\n  server-count: 1\n` +
        `  minimal-responses: yes\nremote-control:\n  control-enable: no\n${zones.join('')}`,
    );
    start('nsd', '-d', '-c', file('nsd.conf'));
    await until(() => dig(UPSTREAM, '+short', 'ns.cluster.local').then((text) => text.includes(UPSTREAM), () => false));
    writeFileSync(file('Corefile'), lessonCorefile());
    start(process.execPath, PROGRAM, 'serve', '-conf', file('Corefile')).stdout?.on('data', (chunk: Buffer) =>
      lines.push(...chunk.toString().split('\n').filter((line) => line !== '')),
    );
    await until(() => lines.some((line) => line.includes('SHA512')));
  });

  afterAll(async () => {
    for (const child of children.toReversed()) {
      if (child.exitCode !== null) continue;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
    execFileSync('ip', ['netns', 'del', namespace], { env: environment });
    rmSync(folder, { recursive: true });
  });

  it('is served on both addresses, each zone', () => {
    const served = lines.filter((line) => line.includes(' on '));
    expect(served).toEqual(
      ['.', 'cluster.local.', 'in-addr.arpa.', 'ip6.arpa.'].flatMap((zone) => [`${zone}:53 on 10.96.0.10`, `${zone}:53 on 169.254.20.10`]),
    );
  });

  const QUERIES: readonly (readonly string[])[] = [
    ['kubernetes.default.svc.cluster.local', 'A'],
    ['dual.default.svc.cluster.local', 'AAAA'],
    ['kubernetes.default.svc.cluster.local', 'AAAA'],
    ['nothing.default.svc.cluster.local', 'A'],
    ['chain.cluster.local', 'A'],
    ['_dns._udp.kube-dns.kube-system.svc.cluster.local', 'SRV'],
    ['-x', '10.96.0.1'],
    ['-x', '10.96.0.99'],
    ['google.com', 'MX'],
    ['+tcp', 'kubernetes.default.svc.cluster.local', 'A'],
    ['+tcp', 'long.cluster.local', 'TXT'],
    ['+bufsize=512', 'long.cluster.local', 'TXT'],
    ['+bufsize=4096', 'long.cluster.local', 'TXT'],
    ['+dnssec', 'kubernetes.default.svc.cluster.local', 'A'],
    ['+noedns', 'kubernetes.default.svc.cluster.local', 'A'],
    ['+cdflag', 'google.com', 'A'],
    ['+norecurse', 'google.com', 'A'],
  ];

  it.each(QUERIES)('dig %s %s %s gives what the upstream gives, from the network and from the cache', async (...query) => {
    // Over UDP dig goes on over TCP by itself where an answer is cut.
    const direct = comparable(await dig(UPSTREAM, ...query));
    expect(direct.length).toBeGreaterThan(1);
    for (const server of ['10.96.0.10', '169.254.20.10', '10.96.0.10']) {
      expect(comparable(await dig(server, ...query))).toEqual(direct);
    }
  });

  it('nslookup says what the lesson shows', async () => {
    const said = await inside('nslookup', 'kubernetes.default.svc.cluster.local', '10.96.0.10');
    expect(said).toContain('Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n');
    expect(said).toContain('Name:\tkubernetes.default.svc.cluster.local\nAddress: 10.96.0.1\n');
  });

  it('shows the metrics of steps 19 to 21', async () => {
    const metrics = (await page('http://127.0.0.1:9253/metrics')).split('\n');
    const of = (pattern: RegExp): readonly string[] => metrics.filter((line) => pattern.test(line)).map((line) => line.replace(/ \d+$/, ''));
    const labels = (middle = '') => `{server="dns://10.96.0.10:53",${middle}view="",zones="cluster.local."}`;
    expect(of(/coredns_cache_(hits|misses|requests).*10\.96\.0\.10.*cluster\.local/).toSorted()).toEqual([
      `coredns_cache_hits_total${labels('type="denial",')}`,
      `coredns_cache_hits_total${labels('type="success",')}`,
      `coredns_cache_misses_total${labels()}`,
      `coredns_cache_requests_total${labels()}`,
    ]);
    expect(of(/coredns_cache_entries.*10\.96\.0\.10.*cluster\.local/).toSorted()).toEqual([
      `coredns_cache_entries${labels('type="denial",')}`,
      `coredns_cache_entries${labels('type="success",')}`,
    ]);
    expect(await page('http://169.254.20.10:8080/health')).toBe('OK');
  });

  it('logs as in step 24', async () => {
    await inside('dig', '+noedns', '@10.96.0.10', 'kubernetes.default.svc.cluster.local', 'A');
    await inside('dig', '+noedns', '@10.96.0.10', 'google.com', 'A');
    const logged = (name: string): string | undefined =>
      lines.findLast((line) => line.includes(`"A IN ${name}. udp`) && line.includes(' false 512"'));
    await until(() => logged('google.com') !== undefined);
    const address = String.raw`10\.96\.0\.10:\d+ - \d+`;
    expect(logged('kubernetes.default.svc.cluster.local')).toMatch(
      new RegExp(String.raw`^\[INFO\] ${address} "A IN kubernetes\.default\.svc\.cluster\.local\. udp 54 false 512" NOERROR qr,aa,rd 106 0\.\d+s$`),
    );
    expect(logged('google.com')).toMatch(
      new RegExp(String.raw`^\[INFO\] ${address} "A IN google\.com\. udp 28 false 512" NOERROR qr,aa,rd 54 0\.\d+s$`),
    );
  });
});
