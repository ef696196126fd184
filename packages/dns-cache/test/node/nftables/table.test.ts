import { describe, expect, it } from 'vitest';
import { comparableListing, installText, refreshText, stopDivertingText } from '../../../src/node/nftables/table.ts';

const SETTINGS = { addresses: ['169.254.20.10', 'fd00:0::a', '10.96.0.10', '10.96.0.10'], dnsPort: 53, healthPort: 8080, lifetimeSeconds: 3 };

describe('a table of our own', () => {
  it('is made anew in one transaction, with its addresses', () => {
    const text = installText(SETTINGS);
    expect(text.split('\n').slice(0, 3)).toEqual(['add table inet nodelocaldns', 'delete table inet nodelocaldns', 'table inet nodelocaldns {']);
    for (const name of ['diverted', 'served']) {
      expect(text).toContain(`  set ${name}4 {\n    type ipv4_addr\n    timeout 3s\n    elements = { 169.254.20.10, 10.96.0.10 }\n  }\n`);
      expect(text).toContain(`  set ${name}6 {\n    type ipv6_addr\n    timeout 3s\n    elements = { fd00::a }\n  }\n`);
    }
    expect(installText({ ...SETTINGS, addresses: ['10.96.0.10'] })).toContain('  set served6 {\n    type ipv6_addr\n    timeout 3s\n  }\n');
    expect(text).toContain('    ip6 daddr @diverted6 meta l4proto { tcp, udp } th dport 53 notrack comment "NodeLocal DNS Cache: skip conntrack"\n');
  });

  it('is refreshed by elements that go and come back', () => {
    expect(refreshText({ ...SETTINGS, addresses: ['10.96.0.10'] }, 'answers')).toBe(
      ['add', 'delete', 'add'].map((verb) => `${verb} element inet nodelocaldns served4 { 10.96.0.10 }\n`).join(''),
    );
    expect(refreshText(SETTINGS, 'all').split('\n')).toHaveLength(13);
    expect(stopDivertingText).toBe('flush set inet nodelocaldns diverted4\nflush set inet nodelocaldns diverted6\n');
  });

  it('is the same whatever elements it has, and no other', () => {
    const listing = (elements: string, rule: string): string => `table inet nodelocaldns {\n\tset diverted4 {\n\t\ttype ipv4_addr\n\t\ttimeout 3s\n${elements}\t}\n\n\tchain c {\n\t\t${rule}\n\t}\n}\n`;
    expect(comparableListing(listing('\t\telements = { 10.96.0.10,\n\t\t\t     169.254.20.10 }\n', 'notrack'))).toBe(comparableListing(listing('', 'notrack')));
    expect(comparableListing(listing('', 'accept'))).not.toBe(comparableListing(listing('', 'notrack')));
  });
});
