import { InputError, printRuleSet } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { readPrintedRules } from '../../../src/ruleset/iptables/read/printed.ts';
import { inNamespace, skipped, whyNot } from '../../support/namespace.ts';

const read = (text: string): string => printRuleSet(readPrintedRules(text, { file: 'rules', family: 'ipv4' }), { order: 'text' });

const FILTER = '-P INPUT DROP\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n-N MINE\n-A INPUT -j MINE\n-A MINE -p udp -m udp --dport 53 -j ACCEPT\n';
const NAT = '-P PREROUTING ACCEPT\n-P INPUT ACCEPT\n-P OUTPUT ACCEPT\n-P POSTROUTING ACCEPT\n-A POSTROUTING -o eth0 -j MASQUERADE\n';

describe('iptables -S', () => {
  it('names no table: its policies tell which it is', () => {
    expect(read(FILTER)).toContain('*filter\n:INPUT DROP [0:0]\n');
    expect(read(FILTER)).toContain('-A MINE -p udp -m udp --dport 53 -j ACCEPT\n');
    expect(read(NAT)).toMatch(/^\*nat\n/m);
  });

  it('may stand there several times', () => {
    expect(read(`# filter\n${FILTER}\n# nat\n${NAT}`).match(/^\*\w+$/gm)).toEqual(['*filter', '*nat']);
    expect(() => read(FILTER + FILTER)).toThrow(InputError);
  });

  const why = whyNot('iptables-legacy -S');
  it.skipIf(why !== undefined)(`says what iptables-save does${skipped(why)}`, () => {
    const rules = ['-N MINE', '-P FORWARD DROP', '-A MINE -s 10.0.0.0/8 -m comment --comment "a b" -j REJECT', '-A INPUT ! -i lo -j MINE'];
    const script = `${rules.map((rule) => `iptables-legacy ${rule}`).join('\n')}\niptables-legacy -S; echo ----; iptables-legacy-save`;
    const [listing = '', saved = ''] = inNamespace(script).stdout.split('----\n');
    expect(read(listing)).toBe(read(saved));
  });
});
