import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { netfilterSim } from '../support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'netfilter-sim-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, ...lines: readonly string[]): string => {
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  return join(folder, name);
};

describe('check', () => {
  it('says what there is, and passes a rule set that is evaluated in full', async () => {
    const path = file('good', '*filter', '-A INPUT -p udp -m udp --dport 53 -j ACCEPT', '-A INPUT -j DROP', '-A INPUT -p tcp', 'COMMIT');
    const { code, stdout, stderr } = await netfilterSim('check', path);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      [
        `${path}: ipv4, 1 table, 3 chains, 3 rules`,
        'matches: udp 1',
        'targets: ACCEPT 1, DROP 1, none 1',
        'not evaluated: none',
        'can never match: 1 rule',
        `  ${path}:4: filter:INPUT:rule:3  -A INPUT -p tcp`,
        '    rule 2 of the chain takes every packet that it could meet',
        'never entered: none',
        '',
      ].join('\n'),
    );
  });

  it('answers no where a rule is not evaluated', async () => {
    const path = file('cpu', '*filter', '-A INPUT -m cpu --cpu 0 -j DROP', 'COMMIT');
    const { code, stdout } = await netfilterSim('check', path);
    expect(code).toBe(1);
    expect(stdout).toContain('    match cpu: processors');
  });

  it('says in one line where a file is broken', async () => {
    const path = file('broken', '*filter', '-A INPUT -p udp --dprt 5', 'COMMIT');
    expect(await netfilterSim('check', path)).toEqual({
      code: 2,
      stdout: '',
      stderr: `netfilter-sim: ${path}:2:17: unknown option "--dprt" (neither iptables itself nor match udp has it)\n`,
    });
  });

  it('writes a rule set back, and reads addresses to know its family', async () => {
    const path = file('six', '*filter', ':INPUT DROP [5:6]', '[1:2] -A INPUT -s fd00::1 -j REJECT', 'COMMIT');
    const printed = await netfilterSim('check', path, '--print');
    expect(printed.stdout).toContain(':INPUT DROP [0:0]\n');
    expect(printed.stdout).toContain('\n-A INPUT -s fd00::1/128 -j REJECT --reject-with icmp6-port-unreachable\n');
    const kept = await netfilterSim('check', path, '--print', '--counters');
    expect(kept.stdout).toContain(':INPUT DROP [5:6]\n');
    expect(kept.stdout).toContain('\n[1:2] -A INPUT -s fd00::1/128');
  });

  it('reads a rule set of nftables, as text or as JSON', async () => {
    const rules = ['table inet t {', '\tchain in {', '\t\ttype filter hook input priority filter; policy accept;', '\t\ttcp dport 22 accept', '\t\tct count over 5 drop # handle 7', '\t}', '}'];
    const path = file('rules.nft', ...rules);
    const { code, stdout, stderr } = await netfilterSim('check', path);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toBe(
      [
        `${path}: nftables, 1 table, 1 chain, 2 rules`,
        'statements: verdict 2, match 1, unknown-test 1',
        'not evaluated: 1 rule',
        '  inet t in handle 7  {"ct count":{"val":5,"inv":true}} drop',
        '    ct count',
        'can never match: not looked for in nftables',
        '',
      ].join('\n'),
    );
    expect((await netfilterSim('check', file('whole.nft', ...rules.filter((line) => !line.includes('ct count'))))).code).toBe(0);
    expect(await netfilterSim('check', path, '--print')).toMatchObject({ code: 2, stdout: '' });
    expect(await netfilterSim('check', file('broken.nft', 'table inet t {'))).toMatchObject({ code: 2, stdout: '' });
  });
});
