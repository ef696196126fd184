import { InputError, parseRuleSet, printRuleSet } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';

const read = (...lines: readonly string[]): string =>
  printRuleSet(parseRuleSet(`${lines.join('\n')}\n`, { file: 'rules', family: 'ipv4' }), { order: 'text', counters: 'keep' });

const problemOf = (...lines: readonly string[]): InputError => {
  try {
    read(...lines);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('it was accepted');
};

const BUILT_IN = [':INPUT ACCEPT [0:0]', ':FORWARD ACCEPT [0:0]', ':OUTPUT ACCEPT [0:0]'];
const filter = (...lines: readonly string[]): string =>
  `${['*filter', ...BUILT_IN, ...lines, 'COMMIT'].join('\n')}\n`;

describe('lines of iptables-restore input', () => {
  it('declares chains, sets policies and keeps counters', () => {
    expect(read('# by hand', '*filter', ':INPUT DROP [5:600]', ':A - [0:0]', '[7:80] -A A -j ACCEPT', '-A INPUT -c 1 2 -j A', 'COMMIT')).toBe(
      '*filter\n:INPUT DROP [5:600]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:A - [0:0]\n[1:2] -A INPUT -j A\n[7:80] -A A -j ACCEPT\nCOMMIT\n',
    );
  });

  it.each<readonly [what: string, lines: readonly string[], rules: readonly string[]]>([
    ['-N', ['-N A', '-A A'], [':A - [0:0]', '[0:0] -A A']],
    ['-I at the start', ['-A INPUT -j DROP', '-I INPUT -j ACCEPT'], ['[0:0] -A INPUT -j ACCEPT', '[0:0] -A INPUT -j DROP']],
    ['-I at a number', ['-A INPUT -j DROP', '-I INPUT 2 -j ACCEPT'], ['[0:0] -A INPUT -j DROP', '[0:0] -A INPUT -j ACCEPT']],
    ['-I of a list', ['-I INPUT -s 1.1.1.1,2.2.2.2'], ['[0:0] -A INPUT -s 2.2.2.2/32', '[0:0] -A INPUT -s 1.1.1.1/32']],
    ['-R', ['-A INPUT -j DROP', '-R INPUT 1 -j ACCEPT'], ['[0:0] -A INPUT -j ACCEPT']],
    ['-D by number', ['-A INPUT -j DROP', '-D INPUT 1'], []],
    ['-D by what it says', ['-A INPUT -p udp --dport 53', '-D INPUT -p udp -m udp --dport domain'], []],
    ['-C of a rule that is there', ['-A INPUT -j DROP', '-C INPUT -j DROP'], ['[0:0] -A INPUT -j DROP']],
    ['-F of one chain', ['-A INPUT', '-A OUTPUT', '-F INPUT'], ['[0:0] -A OUTPUT']],
    ['-F and -X of all', ['-N A', '-A INPUT -j A', '-F', '-X'], []],
    ['-E', ['-N A', '-A INPUT -j A', '-E A B'], [':B - [0:0]', '[0:0] -A INPUT -j B']],
    ['-Z', ['[1:2] -A INPUT', '-Z'], ['[0:0] -A INPUT']],
    ['-S, which only prints', ['-S'], []],
    ['rules for the other family', ['-6 -A INPUT -j DROP', '-4 -A INPUT -j ACCEPT'], ['[0:0] -A INPUT -j ACCEPT']],
    ['long commands', ['--append INPUT --jump ACCEPT'], ['[0:0] -A INPUT -j ACCEPT']],
    ['a goto', ['-N A', '-A INPUT -g A'], [':A - [0:0]', '[0:0] -A INPUT -g A']],
    ['a loop that nothing leads to', ['-N A', '-A A -j A'], [':A - [0:0]', '[0:0] -A A -j A']],
  ])('understands %s', (_what, lines, rules) => {
    expect(read('*filter', ...lines, 'COMMIT')).toBe(filter(...rules));
  });

  it('sets a policy with -P', () => {
    expect(read('*filter', '-P INPUT DROP', 'COMMIT')).toContain(':INPUT DROP [0:0]');
  });

  it('lets a table that comes twice replace the first', () => {
    expect(read('*filter', '-A INPUT', 'COMMIT', '* filter', '-A OUTPUT', 'COMMIT')).toBe(filter('[0:0] -A OUTPUT'));
  });

  it('prints what was loaded last first, and user chains sorted, as the kernel lists them', () => {
    const ruleSet = parseRuleSet('*raw\n:b - [0:0]\n:B - [0:0]\nCOMMIT\n*nat\nCOMMIT\n', { file: 'rules', family: 'ipv4' });
    const lines = printRuleSet(ruleSet).split('\n');
    expect(lines.filter((line) => /^[*:][a-zB]/.test(line))).toEqual(['*nat', '*raw', ':B - [0:0]', ':b - [0:0]']);
  });

  it.each<readonly [what: string, lines: readonly string[], where: readonly [line: number, column: number], reason: RegExp]>([
    ['a line outside a table', ['-A INPUT'], [1, 1], /in no table/],
    ['an unknown table', ['*foo'], [1, 1], /no table "foo"/],
    ['CR LF', ['*filter\r', 'COMMIT\r'], [1, 1], /CR LF/],
    ['a missing COMMIT', ['*filter', '-A INPUT'], [3, 1], /COMMIT is missing here: table filter, which begins in line 1/],
    ['COMMIT with a blank', ['*filter', 'COMMIT '], [2, 1], /"COMMIT" belongs to no option/],
    ['a chain without policy', ['*filter', ':A'], [2, 1], /lacks its policy/],
    ['a policy of a user chain', ['*filter', ':A ACCEPT [0:0]'], [2, 1], /only a built-in chain has a policy/],
    ['counters in place of a policy', ['*filter', ':A [0:0]'], [2, 1], /only a built-in chain has a policy/],
    ['a strange policy', ['*filter', ':INPUT REJECT [0:0]'], [2, 1], /bad policy "REJECT"/],
    ['a chain declared twice', ['*filter', ':A - [0:0]', ':A - [0:0]'], [3, 1], /exists already/],
    ['a long chain name', ['*filter', `:${'a'.repeat(29)} - [0:0]`], [2, 1], /bad chain name/],
    ['broken counters', ['*filter', '[1:2 -A INPUT'], [2, 1], /counters are broken/],
    ['an open quote', ['*filter', '-A INPUT -m comment --comment "x'], [2, 31], /quote is not closed/],
    ['an unknown chain', ['*filter', '-A NOPE'], [2, 1], /no chain "NOPE"/],
    ['an unknown target', ['*filter', '-A INPUT -s 10.0.0.1 -j NOPE'], [2, 22], /no such chain above this line, and no such target/],
    ['a chain declared below', ['*filter', '-A INPUT -j A', ':A - [0:0]'], [2, 10], /no such chain above/],
    ['an unknown match', ['*filter', '-A INPUT -m nope'], [2, 10], /unknown match "nope"/],
    ['an unknown option', ['*filter', '-A INPUT -p udp --nope 1'], [2, 17], /unknown option "--nope"/],
    ['an option in front of its protocol', ['*filter', '-A INPUT --dport 53 -p udp'], [2, 10], /unknown option "--dport"/],
    ['an old negation', ['*filter', '-A INPUT -s ! 10.0.0.0/8'], [2, 13], /stands behind its option/],
    ['a bad address', ['*filter', '-A INPUT -d 10.0.0.0/33'], [2, 10], /bad value "10.0.0.0\/33"/],
    ['a bad port', ['*filter', '-A INPUT -p tcp --dport 70000'], [2, 17], /bad value "70000" for --dport/],
    ['no command', ['*filter', '  -j ACCEPT'], [2, 3], /nothing to do/],
    ['two commands', ['*filter', '-A INPUT -D INPUT'], [2, 10], /second command/],
    ['a rule number too high', ['*filter', '-I INPUT 3 -j ACCEPT'], [2, 1], /no rule number "3"/],
    ['a rule to delete that is not there', ['*filter', '-D INPUT -j ACCEPT'], [2, 1], /no such rule/],
    ['a chain in use', ['*filter', '-N A', '-A INPUT -j A', '-X A'], [4, 1], /jumps to chain "A"/],
    ['a loop', ['*filter', '-N A', '-N B', '-A INPUT -j A', '-A A -j B', '-A B -p udp -j A', 'COMMIT'], [6, 13], /closes a loop/],
    ['a loop by goto', ['*filter', '-N A', '-A INPUT -j A', '-A A -g A', 'COMMIT'], [4, 6], /closes a loop/],
    ['a jump to a built-in chain', ['*filter', '-A INPUT -j OUTPUT'], [2, 10], /nothing can lead to the built-in chain OUTPUT/],
    ['a goto to a built-in chain', ['*filter', '-A INPUT -g OUTPUT'], [2, 10], /nothing can lead to the built-in chain OUTPUT/],
    ['a target of another table', ['*filter', '-A INPUT -j NOTRACK', 'COMMIT'], [2, 10], /"NOTRACK" does not work in table filter/],
    ['a target reached from a wrong hook', ['*nat', '-N A', '-A OUTPUT -j A', '-A A -j MASQUERADE', 'COMMIT'], [4, 6], /"MASQUERADE" does not work in OUTPUT/],
    ['a match reached from a wrong hook', ['*filter', '-N A', '-A INPUT -j A', '-A A -m owner --uid-owner 0', 'COMMIT'], [4, 6], /"owner" does not work in INPUT/],
    ['a match without its protocol', ['*filter', '-A INPUT -m udp --dport 53', 'COMMIT'], [2, 10], /"udp" needs its protocol/],
  ])('refuses %s, and says where', (_what, lines, [line, column], reason) => {
    const problem = problemOf(...lines);
    expect(problem.reason).toMatch(reason);
    expect(problem.position).toEqual({ file: 'rules', line, column });
    expect(problem.message).toContain(`rules:${line}:${column}: `);
  });

  it('accepts what the kernel would if a chain that nothing leads to holds it', () => {
    expect(read('*nat', '-N A', '-A A -j MASQUERADE', 'COMMIT')).toContain('-A A -j MASQUERADE');
  });

  it('looks no further than an unconditional verdict, as mark_source_chains does', () => {
    expect(read('*filter', '-N A', '-A INPUT -j ACCEPT', '-A INPUT -j A', '-A A -j A', 'COMMIT')).toContain('-A A -j A');
  });
});
