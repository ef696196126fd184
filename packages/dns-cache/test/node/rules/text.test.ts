import { describe, expect, it } from 'vitest';
import { nodeCacheRules, nodeTrafficRules } from '../../../src/node/rules/rule.ts';
import { comparable, readOurs } from '../../../src/node/rules/ours.ts';
import { singleCommands } from '../../../src/node/rules/single.ts';
import { ruleName, ruleSpec } from '../../../src/node/rules/text.ts';
import { wordsOf } from '../../../src/node/rules/words.ts';
import { casesNote, hasCases, INSTALLED, recordedRules } from '../support/cases.ts';

const PORTS = { dnsPort: 53, healthPort: 8080 };

describe.skipIf(!hasCases)(`the rules of recorded cases${casesNote}`, () => {
  it.each(INSTALLED)('are ours by name, text and order: $id', ({ id }) => {
    const { addresses, rules, added } = recordedRules(id);
    const ours = nodeCacheRules({ addresses, ...PORTS });
    expect(ours.map((rule) => `[INFO] Added back nodelocaldns rule - ${ruleName(rule)}`)).toEqual(added);
    const lines = ours.toReversed().map((rule) => `-A ${rule.chain} ${ruleSpec(rule)}`);
    expect(lines.toSorted()).toEqual(rules.filter((line) => line.startsWith('-A ')).toSorted());
    const prerouting = (all: readonly string[]): readonly string[] => all.filter((line) => line.startsWith('-A PREROUTING'));
    expect(prerouting(lines)).toEqual(prerouting(rules));
  });
});

describe('a rule as text', () => {
  it('of an address in another spelling is of the canonical one', () => {
    const [first] = nodeCacheRules({ addresses: ['FD00:0:0::0A'], ...PORTS });
    expect(first === undefined ? '' : ruleSpec(first)).toMatch(/^-d fd00::a\/128 -p tcp -m tcp --dport 53 /);
  });

  it('of IPv4 in IPv6 is of IPv4', () => {
    const [first] = nodeCacheRules({ addresses: ['::ffff:10.96.0.10'], ...PORTS });
    expect(first === undefined ? '' : ruleSpec(first)).toMatch(/^-d 10\.96\.0\.10\/32 /);
  });

  it('for the node’s own traffic opens INPUT for lo alone', () => {
    const specs = (chain: 'INPUT' | 'OUTPUT'): readonly string[] =>
      nodeTrafficRules({ addresses: ['10.96.0.10'], ...PORTS }, chain).map((rule) => ruleSpec(rule).replace(/ -m comment.*/, ''));
    expect(specs('INPUT')).toEqual([
      '-s 10.96.0.10/32 -i lo -p tcp -m tcp --sport 53',
      '-s 10.96.0.10/32 -i lo -p udp -m udp --sport 53',
      '-d 10.96.0.10/32 -i lo -p tcp -m tcp --dport 8080',
      '-s 10.96.0.10/32 -i lo -p tcp -m tcp --sport 8080',
    ]);
    expect(specs('OUTPUT')).toEqual([
      '-d 10.96.0.10/32 -p tcp -m tcp --dport 53',
      '-d 10.96.0.10/32 -p udp -m udp --dport 53',
      '-d 10.96.0.10/32 -p tcp -m tcp --dport 8080',
      '-s 10.96.0.10/32 -p tcp -m tcp --sport 8080',
    ]);
  });

  it.each([
    ['plain words', '-p udp -j NOTRACK', ['-p', 'udp', '-j', 'NOTRACK']],
    ['quoted', String.raw`--comment "say \"hi\" \\ there" -j X`, ['--comment', String.raw`say "hi" \ there`, '-j', 'X']],
    ['an empty one', '--comment "" -j X', ['--comment', '', '-j', 'X']],
  ])('has words: %s', (_, line, words) => {
    expect(wordsOf(line)).toEqual(words);
  });

  it.each([
    ['ours', '-d 10.96.0.10/32 -p udp -m udp --dport 53 -m comment --comment "NodeLocal DNS Cache: skip conntrack" -j NOTRACK', { end: 'destination', address: '10.96.0.10', port: 53 }],
    ['in another spelling', '-s fd00:0::A/128 -m comment --comment "NodeLocal DNS Cache: skip conntrack" -p tcp --sport 8080 -j CT --notrack', { end: 'source', address: 'fd00::a', port: 8080 }],
    ['of many ports', '-d 10.96.0.10/32 -p udp -m udp --dport 53:54 -m comment --comment "NodeLocal DNS Cache: allow DNS traffic" -j ACCEPT', { end: 'destination', address: '10.96.0.10', port: undefined }],
    ['of no address', '-m comment --comment "NodeLocal DNS Cache: skip conntrack" -j NOTRACK', { end: 'destination', address: '', port: undefined }],
    ['foreign', '-d 10.96.0.10/32 -p udp -m udp --dport 53 -j NOTRACK', undefined],
    ['that only speaks of us', '-m comment --comment "not NodeLocal DNS Cache: skip conntrack" -j NOTRACK', undefined],
  ])('is ours by its comment: %s', (_, spec, ours) => {
    expect(readOurs(spec)).toEqual(ours);
  });

  it('is the same in all spellings of address and target', () => {
    expect(comparable('-d FD00:0::a/128 -p udp -j CT --notrack')).toBe(comparable('-d fd00::a/128 -p udp -j NOTRACK'));
    expect(comparable('-p udp -j CT --notrack --zone 1')).not.toContain('NOTRACK');
  });

  it('becomes a command of its own', () => {
    expect(singleCommands('*raw\n-D OUTPUT -p udp -m comment --comment "a b" -j NOTRACK\nCOMMIT\n*filter\n-I INPUT -j X\nCOMMIT\n')).toEqual([
      ['-t', 'raw', '-D', 'OUTPUT', '-p', 'udp', '-m', 'comment', '--comment', 'a b', '-j', 'NOTRACK'],
      ['-t', 'filter', '-I', 'INPUT', '-j', 'X'],
    ]);
  });
});
