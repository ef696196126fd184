import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { netfilterSim } from '../support/program.ts';
import { sharedFolder } from '../support/shared.ts';

const lesson = fileURLToPath(new URL('../../../scenarios/nodes/lesson', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'netfilter-sim-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, contents: string): string => {
  writeFileSync(join(folder, name), contents);
  return join(folder, name);
};

const QUERY = 'cali5f3c9a1e0d2: udp 192.168.82.65:40000 > 10.96.0.10:53';

describe('trace', () => {
  it('shows a person each table and chain that decided', async () => {
    const { code, stdout, stderr } = await netfilterSim('trace', '--node', lesson, QUERY);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('PREROUTING  raw        rule 1: -d 10.96.0.10/32 -p udp -m udp --dport 53');
    expect(stdout).toContain('nat        skipped: untracked, so nothing can be translated');
    expect(stdout).toContain('delivered to a socket of this node');
    expect(stdout).toContain('conntrack table: empty');
  });

  it('prints what the kernel would log', async () => {
    const { stdout } = await netfilterSim('trace', '--node', lesson, '--format', 'kernel', QUERY);
    expect(stdout.split('\n')[0]).toBe(
      'TRACE: raw:PREROUTING:rule:1 IN=cali5f3c9a1e0d2 OUT= SRC=192.168.82.65 DST=10.96.0.10 LEN=28 TOS=0x00 PREC=0x00 TTL=64 PROTO=UDP SPT=40000 DPT=53 LEN=8',
    );
  });

  it('prints data', async () => {
    const { stdout } = await netfilterSim('trace', '--node', lesson, '--format', 'json', QUERY);
    expect(JSON.parse(stdout)).toMatchObject({ journeys: [{ outcome: { kind: 'delivered', socket: 'open' } }], conntrack: [] });
  });
});

describe('what chance decides', () => {
  const upstream = 'cali5f3c9a1e0d2: udp 192.168.82.65:40000 > 10.96.248.93:53';

  it('is explored', async () => {
    const { stdout } = await netfilterSim('trace', '--node', lesson, '--explore', upstream);
    expect(stdout).toContain('way 1 of 2, 50.0 % (nat KUBE-SVC-FXR4M2CWOGAZGGYD rule 2: yes)');
    expect(stdout).toContain('way 2 of 2, 50.0 % (nat KUBE-SVC-FXR4M2CWOGAZGGYD rule 2: no)');
  });

  it('is assumed', async () => {
    const assume = 'KUBE-SVC-FXR4M2CWOGAZGGYD rule 2=no';
    const { stdout } = await netfilterSim('trace', '--node', lesson, '--explore', '--assume', assume, upstream);
    expect(stdout).toContain('the only way');
    expect(stdout).toContain('dst 10.96.248.93 becomes 192.168.196.4');
  });

  it('is explored as data', async () => {
    const { stdout } = await netfilterSim('trace', '--node', lesson, '--explore', '--format', 'json', upstream);
    const way = (answer: boolean): object => ({ probability: 0.5, decisions: [{ answer }], journey: { outcome: { kind: 'forwarded' } } });
    expect(JSON.parse(stdout)).toMatchObject([{ packet: upstream, ways: [way(true), way(false)] }]);
  });
});

describe('route', () => {
  it('answers in the words of ip', async () => {
    const { code, stdout } = await netfilterSim('route', '--node', lesson, 'get', '10.96.0.10');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'local 10.96.0.10 dev lo src 10.96.0.10 uid 0 \n    cache <local> \n' });
  });

  it('says "no" by exit code 1 where there is no way', async () => {
    const { code, stdout } = await netfilterSim('route', '--node', lesson, 'get', '10.96.0.10', 'oif', 'cali5f3c9a1e0d2', 'from', '192.0.2.1');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });

  it('knows only get', async () => {
    expect(await netfilterSim('route', '--node', lesson, 'show')).toMatchObject({ code: 2, stderr: 'netfilter-sim: "show": only get is known\n' });
  });
});

describe('compare', () => {
  it('shows the packets that fare differently, with both ways', async () => {
    const before = `${lesson}/iptables-save.txt`;
    const after = file('after.txt', readFileSync(before, 'utf8').replaceAll(/^.*NodeLocal DNS Cache.*\n/gm, ''));
    const other = 'cali5f3c9a1e0d2: tcp 192.168.82.65:40000 > 10.96.0.1:443';
    const { code, stdout } = await netfilterSim('compare', '--node', lesson, before, after, QUERY, other);
    expect(code).toBe(1);
    expect(stdout).toMatch(/1 of 2 packets fare differently\n$/);
    expect(stdout).not.toContain(other);
    expect((await netfilterSim('compare', '--node', lesson, before, before, QUERY)).code).toBe(0);
  });
});

describe('race', () => {
  const kubeProxyOnly = (): string =>
    file('kube-proxy.txt', readFileSync(`${lesson}/iptables-save.txt`, 'utf8').replaceAll(/^.*NodeLocal DNS Cache.*\n/gm, ''));

  it('shows which kernel loses a packet, and in which order', async () => {
    const laws = ['--law', 'no-loss', '--law', 'replies=1500'];
    const { code, stdout } = await netfilterSim('race', '--node', lesson, '--rules', kubeProxyOnly(), '--packets', QUERY, QUERY, '--kernel', '4.18,6.18', ...laws);
    expect(code).toBe(1);
    const [old = '', recent = ''] = stdout.split(/^(?=Linux )/m);
    expect(old).toMatch(/^Linux 4\.18: 70 orders of moves/);
    expect(old).toContain('no packet lost: broken in 97.1 % of all orders');
    expect(recent).toContain('no packet lost: holds in every order');
    expect(recent).toContain('replies translated after 1500 ms: broken in 48.6 % of all orders');
  });

  it('proves that NOTRACK loses none of four packets', async () => {
    const packets = ['--packets', QUERY, QUERY, QUERY, QUERY];
    const { code, stdout } = await netfilterSim('race', '--node', lesson, ...packets, '--law', 'no-loss', '--law', 'empty', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ kernel: '6.18', outcomes: [{ share: 1 }], laws: [{ brokenShare: 0 }, { brokenShare: 0 }] });
  });

  it('shows one order, packet by packet', async () => {
    const { stdout } = await netfilterSim('race', '--node', lesson, '--rules', kubeProxyOnly(), '--packets', QUERY, QUERY, '--schedule', '1,2,1,1,1,2,2,2');
    expect(stdout).toMatch(/^packet 1 +packet 2\nlook up +·\n· +look up\n/);
  });
});

describe.skipIf(!existsSync(sharedFolder))('replay (skipped without ../shared)', () => {
  const cases = `${sharedFolder}kernel-cases/cases-lab.jsonl`;

  it('agrees with the kernel on the lab cases', async () => {
    expect(await netfilterSim('replay', cases, '--check')).toEqual({ code: 0, stdout: '12 passed, 0 failed\n', stderr: '' });
  });

  it('prints a line for each case, and goes on behind one that cannot be run', async () => {
    const broken = file('cases.jsonl', '{"id": "x", "node": "nowhere", "rules": "*nat\\n", "packets": []}\nnonsense\n');
    const { code, stdout } = await netfilterSim('replay', broken);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as { id: string; error: string });
    expect(lines.map(({ id }) => id)).toEqual(['x', 'line 2']);
    expect(lines[1]?.error).toContain('cases.jsonl:2:');
    const checked = await netfilterSim('replay', broken, '--check');
    expect(checked.code).toBe(1);
    expect(checked.stdout).toMatch(/0 passed, 2 failed\n$/);
  });

  it('wants a case', async () => {
    const { code, stderr } = await netfilterSim('replay', file('none.jsonl', '\n'), '--check');
    expect([code, stderr]).toEqual([2, expect.stringContaining('there is no case in this file')]);
  });
});

describe('what is used wrongly ends in one line and exit code 2', () => {
  const oneLine = async (...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await netfilterSim(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    return stderr;
  };

  it('a broken rule, with line and column', async () => {
    const rules = file('rules.txt', '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p udp --dprot 53 -j DROP\nCOMMIT\n');
    expect(await oneLine('trace', '--node', lesson, '--rules', rules, QUERY)).toContain('rules.txt:3:17: ');
  });

  it('a packet that is none', async () => {
    expect(await oneLine('trace', '--node', lesson, 'hello')).toContain('this is no packet');
    expect(await oneLine('trace', '--node', lesson, `${QUERY} ttl 3 ttl 4`)).toContain('ttl is given twice');
  });

  it('a device that the node does not have', async () => {
    expect(await oneLine('trace', '--node', lesson, 'eth9: udp 10.0.0.1:1 > 10.0.0.2:2')).toContain('the node has no device eth9');
  });

  it('a folder that is not there', async () => {
    expect(await oneLine('trace', '--node', join(folder, 'nowhere'), QUERY)).toContain('there is no such folder');
  });

  it('an unknown command, option, format or kernel', async () => {
    expect(await oneLine()).toBe('netfilter-sim: no command given; see netfilter-sim --help\n');
    expect(await oneLine('trac')).toBe("netfilter-sim: unknown command 'trac' (Did you mean trace?); see netfilter-sim --help\n");
    expect(await oneLine('help', 'trac')).toBe("netfilter-sim: unknown command 'trac'; see netfilter-sim --help\n");
    expect(await oneLine('check', 'a', 'b')).toBe("netfilter-sim: too many arguments for 'check'. Expected 1 argument but got 2; see netfilter-sim check --help\n");
    expect(await oneLine('trace', QUERY)).toContain("required option '--node <dir>' not specified");
    expect(await oneLine('trace', '--node', lesson, '--format', 'xml', QUERY)).toContain('Allowed choices are pretty, kernel, json');
    expect(await oneLine('trace', '--node', lesson, '--kernel', 'six', QUERY)).toContain('expected a release such as 5.10');
    expect(await oneLine('trace', '--node', lesson, '--explore', '--format', 'kernel', QUERY)).toContain('leave out --format kernel');
  });

  it('a flag that needs another one, or fits none of the others', async () => {
    expect(await oneLine('check', join(lesson, 'iptables-save.txt'), '--counters')).toContain('give --print too');
    expect(await oneLine('race', '--node', lesson, '--packets', QUERY, QUERY, '--schedule', '1,2', '--json')).toContain('leave out --schedule');
  });

  it('a route to nowhere', async () => {
    expect(await oneLine('route', '--node', lesson, 'get')).toContain('get needs an address');
  });
});

it.each([['--help'], ...['trace', 'replay', 'check', 'compare', 'race'].map((name) => [name, '--help'])])('explains itself: %s', async (...words) => {
  const { code, stdout } = await netfilterSim(...words);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Usage: netfilter-sim /);
});
