import { parseRuleSet, reviewRuleSet } from '@nodelocal/netfilter-sim';
import type { Finding } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';

const review = (table: string, ...lines: readonly string[]): readonly string[] =>
  reviewRuleSet(parseRuleSet(`*${table}\n${lines.join('\n')}\nCOMMIT\n`, { file: 'rules', family: 'ipv4' })).map(inShort);

const inShort = (finding: Finding): string => {
  switch (finding.kind) {
    case 'not-modelled':
      return `${finding.place.chain}:${finding.place.number} not modelled: ${finding.extension}`;
    case 'never-matches':
      return `${finding.place.chain}:${finding.place.number} dead by ${finding.because}`;
    case 'never-entered':
      return `${finding.chain} never entered`;
  }
};

describe('reviewRuleSet', () => {
  it('names rules that the model does not evaluate', () => {
    expect(review('filter', '-A INPUT -m cpu --cpu 0 -j DROP', '-A INPUT -m ipvs --ipvs -j ACCEPT')).toEqual([
      'INPUT:1 not modelled: match cpu',
      'INPUT:2 not modelled: match ipvs',
    ]);
  });

  it.each<readonly [what: string, lines: readonly string[], findings: readonly string[]]>([
    ['a rule behind an unconditional verdict', ['-A INPUT -m comment --comment x -j DROP', '-A INPUT -p udp'], ['INPUT:2 dead by 1']],
    ['a rule behind an unconditional RETURN', ['-A INPUT -j RETURN', '-A INPUT -p udp'], ['INPUT:2 dead by 1']],
    ['a rule behind a jump to a chain that ends all', ['-N A', '-A INPUT -j A', '-A INPUT -p udp', '-A A -p udp -j ACCEPT', '-A A -j REJECT'], ['INPUT:2 dead by 1']],
    ['no rule behind a jump to a chain that may return', ['-N A', '-A INPUT -j A', '-A INPUT -p udp', '-A A -p udp -j RETURN', '-A A -j DROP'], []],
    ['no rule behind a chain whose goto may come back', ['-N A', '-N B', '-A INPUT -j A', '-A INPUT -p udp', '-A A -p udp -g B', '-A A -j DROP', '-A B -p tcp'], []],
    ['a narrower address', ['-A INPUT -s 10.0.0.0/8 -j DROP', '-A INPUT -s 10.1.0.0/16 -p udp -j ACCEPT'], ['INPUT:2 dead by 1']],
    ['no wider address', ['-A INPUT -s 10.1.0.0/16 -j DROP', '-A INPUT -s 10.0.0.0/8 -j ACCEPT'], []],
    ['a device under a wildcard', ['-A INPUT -i cali+ -j DROP', '-A INPUT -i cali123 -j ACCEPT'], ['INPUT:2 dead by 1']],
    ['the same rule twice', ['-A INPUT -p udp --dport 53 -j ACCEPT', '-A INPUT -p udp --dport 53 -j DROP'], ['INPUT:2 dead by 1']],
    ['no rule for another port', ['-A INPUT -p udp --dport 53 -j ACCEPT', '-A INPUT -p udp --dport 54 -j DROP'], []],
    ['no rule behind one that only marks', ['-A INPUT -p udp -j MARK --set-mark 1', '-A INPUT -p udp'], []],
    ['no rule that asks for a mark set in between', ['-A INPUT -m mark --mark 1 -j DROP', '-A INPUT -j MARK --set-mark 1', '-A INPUT -m mark --mark 1 -j DROP'], []],
    ['no rule behind one that depends on the past', ['-A INPUT -m limit --limit 1/s -j ACCEPT', '-A INPUT -m limit --limit 1/s -j ACCEPT'], []],
    ['chains that nothing leads to', ['-N A', '-N B', '-N EMPTY', '-A A -j B', '-A B -j ACCEPT'], ['A never entered', 'B never entered']],
    ['chains that only dead rules lead to', ['-N A', '-A INPUT -j DROP', '-A INPUT -j A', '-A A -j ACCEPT'], ['INPUT:2 dead by 1', 'A never entered']],
  ])('finds %s', (_what, lines, findings) => {
    expect(review('filter', ...lines)).toEqual(findings);
  });
});
