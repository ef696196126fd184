import type { DoctorReport } from '@nodelocal/scenarios';
import { describeDoctor } from '@nodelocal/scenarios';
import { describe, expect, it } from 'vitest';
import { BROKEN, GUARDED, MARKED } from './broken.ts';
import { afterCommand } from './mend.ts';
import type { Contents } from './nodes.ts';
import { BRIDGED, examine, IPV6, kindsOf, LESSON, UPSTREAM } from './nodes.ts';

const line = (report: DoctorReport): string | undefined => describeDoctor(report)[0];

describe('on a sound node', () => {
  it.each([
    ["the lesson's", LESSON],
    ['pods on a bridge', BRIDGED],
    ['IPv6', IPV6],
    ['a firewall', GUARDED],
    ['answers by a mark', MARKED],
  ])('nothing is found: %s', (_, contents) => {
    const report = examine(contents);
    expect(kindsOf(report)).toEqual([]);
    expect(report.unknown).toEqual([{ kind: 'upstream' }]);
    expect(line(report)).toMatch(/^sound: pods and processes of the node are answered by nodelocaldns at \S+ and \S+, and nothing of it is tracked$/);
  });

  it("nothing is found of its upstream's Service", () => {
    const report = examine(LESSON, { upstream: UPSTREAM });
    expect(report).toMatchObject({ kind: 'sound', unknown: [] });
  });
});

describe('on a broken node', () => {
  it.each(BROKEN.map((broken) => [broken.name, broken] as const))('the fault is named, and no other, and mended: %s', (_, { sound = LESSON, change, plan, fault, harm, mend, byHand }) => {
    const broken = change(sound);
    const report = examine(broken, plan);
    expect(kindsOf(report)).toEqual([fault]);
    if (report.kind !== 'to-mend') return;
    const [found] = report.faults;
    expect(found.harm).toBe(harm);
    expect(found.mend[0]?.text.slice(0, mend.length)).toBe(mend);
    if (byHand === true) return;
    const mended = found.mend.reduce<Contents>(afterCommand, broken);
    expect(kindsOf(examine(mended, plan))).toEqual([]);
  });
});

describe('a file that is missing', () => {
  const without = (...files: readonly (keyof Contents)[]): Contents => Object.fromEntries(Object.entries(LESSON).filter(([name]) => !files.some((file) => file === name)));

  it.each([
    ['ss.txt', 'sockets', 'sound'],
    ['conntrack.txt', 'entries', 'sound'],
    ['sysctl.txt', 'sysctls', 'sound'],
    ['ip-rule.json', 'routing-rules', 'sound'],
    ['ip-route.json', 'routes', 'not-known'],
    ['ip-addr.json', 'links', 'not-known'],
  ] as const)('leaves its own question open, and no other: %s', (file, question, kind) => {
    const report = examine(without(file));
    expect(kindsOf(report)).toEqual([]);
    expect(report.unknown.map((unknown) => unknown.kind)).toEqual([question, 'upstream']);
    expect(report.kind).toBe(kind);
  });

  it('with the rules of one family leaves that open alone', () => {
    const ipv4 = { ...LESSON, ...IPV6, 'ip-addr.json': LESSON['ip-addr.json'] ?? '' };
    const { 'iptables-save.txt': _, ...contents } = ipv4;
    const report = examine(contents, { addresses: [UPSTREAM] });
    expect(report.unknown).toContainEqual({ kind: 'rules', family: 'ipv4' });
    expect(report.asked).toEqual([]);
  });

  it('does not hide what others tell', () => {
    const report = examine({ ...without('ip-addr.json'), 'ss.txt': '', 'iptables-save.txt': (LESSON['iptables-save.txt'] ?? '').replace(/^-A PREROUTING .*NOTRACK\n/m, '') });
    expect(kindsOf(report)).toEqual(['rules-missing']);
    expect(report).toMatchObject({ faults: [{ harm: 'not-known' }] });
  });
});

describe('where nothing is', () => {
  it('no command is made up', () => {
    const plain = { ...BRIDGED, 'iptables-save.txt': '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n', 'ip-addr.json': '[]' };
    const report = examine(plain);
    expect(report).toMatchObject({ kind: 'to-mend', faults: [{ kind: 'no-address', mend: [] }] });
    expect(describeDoctor(report)).toContain('   the cache is passed by; no command is known that mends it');
  });

  it('what should be there is named by its addresses', () => {
    const plain = { ...BRIDGED, 'iptables-save.txt': '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n', 'ip-addr.json': '[]' };
    expect(kindsOf(examine(plain, { addresses: [UPSTREAM] }))).toEqual(['link-missing', 'rules-missing']);
  });
});

describe('a table of nftables in the place of the rules', () => {
  const TABLE = `table inet nodelocaldns {
	chain prerouting {
		type filter hook prerouting priority raw; policy accept;
		ip daddr { 169.254.20.10, 10.96.0.10 } meta l4proto { tcp, udp } th dport 53 notrack
	}
	chain output {
		type filter hook output priority raw; policy accept;
		ip daddr { 169.254.20.10, 10.96.0.10 } meta l4proto { tcp, udp } th dport { 53, 8080 } notrack
		ip saddr { 169.254.20.10, 10.96.0.10 } meta l4proto { tcp, udp } th sport { 53, 8080 } notrack
	}
}
`;
  const rules = (LESSON['iptables-save.txt'] ?? '').split('\n').filter((text) => !text.includes('NodeLocal')).join('\n');

  it('is as good', () => {
    expect(kindsOf(examine({ ...LESSON, 'iptables-save.txt': rules, 'nft-ruleset.txt': TABLE }))).toEqual([]);
  });

  it('that forgets the answers is not', () => {
    const report = examine({ ...LESSON, 'iptables-save.txt': rules, 'nft-ruleset.txt': TABLE.replace(/^.*saddr.*\n/m, '') });
    expect(new Set(kindsOf(report))).toEqual(new Set(['tracked']));
  });
});
