import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printConntrack, printIpSets, printRuleSet, readNode } from '@nodelocal/netfilter-sim';
import { readNodeFolder } from '@nodelocal/netfilter-sim/node';
import { afterAll, describe, expect, it } from 'vitest';
import { CAPTURE_NODE } from '../support/capture.ts';
import { inNamespace, skipped, whyNot } from '../support/namespace.ts';

const SET_UP = `set -e
ip link set lo up
ip link add nodelocaldns type veth peer name peer
ip addr add 169.254.20.10/32 dev nodelocaldns
ip link add br0 type bridge
ip link add pod1 type veth peer name inside
ip link set pod1 master br0 up
ip link set inside up
ip addr add 10.244.1.1/24 dev br0
ip link set br0 up
ip route add 10.96.0.0/16 via 10.244.1.9 dev br0 metric 7
ip route add blackhole 10.99.0.0/16
ip route add table 100 default dev br0
ip rule add fwmark 0x1/0xff lookup 100 prio 500
ip -6 addr add fd00::1/64 dev br0 nodad
ipset create pods hash:ip timeout 600
ipset add pods 10.244.1.5
iptables-legacy -A INPUT -m set --match-set pods src -m conntrack --ctstate NEW -j ACCEPT
iptables-legacy -t nat -A PREROUTING -d 10.96.0.10/32 -p udp -j DNAT --to-destination 10.244.1.7
nft add table inet captured
conntrack -I -p udp -s 10.244.1.5 -d 10.96.0.10 --sport 4000 --dport 53 -r 10.244.1.7 -q 10.244.1.5 --reply-port-src 53 --reply-port-dst 4000 -t 100 -u SEEN_REPLY
`;

const folder = mkdtempSync(join(tmpdir(), 'netfilter-sim-'));
afterAll(() => rmSync(folder, { recursive: true }));

const why = whyNot(SET_UP);

describe.skipIf(why !== undefined)(`capture-node.sh${skipped(why)}`, () => {
  const captured = why === undefined ? inNamespace(`${SET_UP}'${CAPTURE_NODE}' '${folder}' 2>&1`) : undefined;
  const { host, state } = why === undefined ? readNode(readNodeFolder(folder)) : { host: undefined, state: undefined };

  it('captures every file, and says nothing', () => {
    expect(captured?.code).toBe(0);
    expect(captured?.stdout.replace(/^conntrack v.*\n/, '')).toBe('');
    expect(readdirSync(folder).sort()).toEqual([
      'conntrack.txt',
      'ip-6-route.json',
      'ip-6-rule.json',
      'ip-addr.json',
      'ip-link.json',
      'ip-maddr.json',
      'ip-route.json',
      'ip-rule.json',
      'ip6tables-save.txt',
      'ipset-save.txt',
      'iptables-save.txt',
      'nft-ruleset.json',
      'resolv.conf',
      'ss.txt',
      'sysctl.txt',
    ]);
  });

  it('reads back the devices and their addresses', () => {
    const devices = host?.interfaces.map(({ name, up, link, addresses }) => ({
      name,
      up,
      kind: link?.kind,
      master: link?.master,
      addresses: addresses.filter(({ scope }) => scope === 0).map(({ address, prefixLength }) => `${address}/${prefixLength}`),
    }));
    expect(devices).toContainEqual({ name: 'nodelocaldns', up: false, kind: 'veth', master: undefined, addresses: ['169.254.20.10/32'] });
    expect(devices).toContainEqual({ name: 'br0', up: true, kind: 'bridge', master: undefined, addresses: ['10.244.1.1/24', 'fd00::1/64'] });
    expect(devices).toContainEqual({ name: 'pod1', up: true, kind: 'veth', master: 'br0', addresses: [] });
    expect(host?.interfaces.find(({ name }) => name === 'lo')).toMatchObject({ index: 1, loopback: true, link: { noArp: false } });
  });

  it('reads back the routes and the rules', () => {
    const routes = host?.routing.ipv4.routes.map(({ type, table, destination: { address, length }, metric, nextHops }) =>
      [type, table, `${address}/${length}`, metric, ...nextHops.map(({ device, gateway }) => `${gateway ?? ''} ${device}`)].join(' '),
    );
    expect(routes).toContain('unicast 254 10.96.0.0/16 7 10.244.1.9 br0');
    expect(routes).toContain('blackhole 254 10.99.0.0/16 0');
    expect(routes).toContain('unicast 100 0.0.0.0/0 0  br0');
    expect(routes).toContain('local 255 169.254.20.10/32 0  nodelocaldns');
    expect(routes).toContain('unicast 254 10.244.1.0/24 0  br0');
    expect(host?.routing.ipv4.rules).toContainEqual({
      priority: 500,
      inverted: false,
      mark: { value: 1, mask: 0xff },
      action: { kind: 'lookup', table: 100 },
    });
    expect(host?.routing.ipv6.routes.some(({ destination }) => destination.address === 'fd00::' && destination.length === 64)).toBe(true);
  });

  it('reads back the rule set, the ipsets and the connections', () => {
    expect(host === undefined ? '' : printRuleSet(host.ruleSets.ipv4, { order: 'text' })).toContain(
      '-A INPUT -m set --match-set pods src -m conntrack --ctstate NEW -j ACCEPT',
    );
    expect(state === undefined ? '' : printIpSets(state.sets, state.now)).toMatch(/^create pods hash:ip .*\nadd pods 10\.244\.1\.5 timeout \d+\n$/);
    expect(state === undefined ? '' : printConntrack(state.conntrack, state.now, 'extended')).toMatch(
      /^ipv4 {5}2 udp {6}17 \d+ src=10\.244\.1\.5 dst=10\.96\.0\.10 sport=4000 dport=53 src=10\.244\.1\.7 dst=10\.244\.1\.5 sport=53 dport=4000 mark=0 use=1$/m,
    );
  });
});

describe('capture-node.sh where it cannot read the rules', () => {
  /** Runs it with programs of ours in the place of the machine's. */
  const capture = (programs: Readonly<Record<string, string>>, ...words: readonly string[]): { readonly code: number | null; readonly stdout: string; readonly stderr: string; readonly files: readonly string[] } => {
    const [bin, into] = [mkdtempSync(join(tmpdir(), 'bin-')), mkdtempSync(join(tmpdir(), 'captured-'))];
    try {
      for (const [name, script] of Object.entries(programs)) writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      writeFileSync(join(into, 'iptables-legacy-save.txt'), 'of an earlier capture');
      const { status, stdout, stderr } = spawnSync('sh', [CAPTURE_NODE, ...(words.length === 0 ? [into] : words)], { encoding: 'utf8', env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` } });
      return { code: status, stdout, stderr, files: readdirSync(into) };
    } finally {
      for (const gone of [bin, into]) rmSync(gone, { recursive: true });
    }
  };
  const USAGE = 'usage: capture-node.sh FOLDER\n';
  const RULES = ['iptables', 'ip6tables'].flatMap((name) => ['save', 'legacy-save', 'nft-save'].map((end) => `${name}-${end}`));

  it('does nothing for who is not root', () => {
    expect(capture({ id: 'echo 1000' })).toEqual({ code: 2, stdout: '', stderr: 'capture-node.sh: nobody but root may read the rules of a node\n', files: ['iptables-legacy-save.txt'] });
  });

  it('says so, and leaves no file that says that there are none', () => {
    const { code, stderr, files } = capture({ id: 'echo 0', ...Object.fromEntries(RULES.map((name) => [name, 'exit 1'])) });
    expect(code).toBe(0);
    expect(stderr).toContain('not captured: iptables-save\nnot captured: ip6tables-save\n');
    expect(files.filter((name) => name.includes('save') && !name.startsWith('ipset'))).toEqual([]);
  });

  it('takes no rules for what they are where one of the two back ends says that there are none', () => {
    const { files } = capture({ id: 'echo 0', ...Object.fromEntries(RULES.map((name) => [name, name.includes('legacy') ? 'exit 0' : 'exit 1'])) });
    expect(files.filter((name) => name.includes('tables'))).toEqual(['ip6tables-save.txt', 'iptables-save.txt']);
  });

  it('says how it is used', () => {
    expect(capture({}, '--help')).toMatchObject({ code: 0, stdout: USAGE, stderr: '' });
    expect(capture({}, '--node')).toMatchObject({ code: 2, stdout: '', stderr: USAGE });
    expect(capture({}, '')).toMatchObject({ code: 2, stdout: '', stderr: USAGE });
  });
});
