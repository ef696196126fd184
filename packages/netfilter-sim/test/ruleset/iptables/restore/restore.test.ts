import { InputError, parseRuleSet, restoreInto } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';

const before = parseRuleSet('*filter\n:INPUT DROP [3:180]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n[7:420] -A INPUT -i lo -j ACCEPT\nCOMMIT\n', {
  file: 'before',
  family: 'ipv4',
});

describe('restoreInto', () => {
  it('leaves the rule set that it is given as it was, and keeps its rules and counters', () => {
    const after = restoreInto(before, '*filter\n-I INPUT -p udp -j ACCEPT\nCOMMIT\n', { file: 'transaction' });
    const chain = after.tables.get('filter')?.chains.get('INPUT');
    expect(before.tables.get('filter')?.chains.get('INPUT')?.rules).toHaveLength(1);
    expect(chain?.rules[1]).toBe(before.tables.get('filter')?.chains.get('INPUT')?.rules[0]);
    expect(chain).toMatchObject({ policy: 'DROP', counters: { packets: 3n } });
  });

  it('says where the text is wrong', () => {
    expect(() => restoreInto(before, '*filter\n-A INPUT -j NONE\nCOMMIT\n', { file: 'transaction' })).toThrow(
      new InputError({ file: 'transaction', line: 2, column: 10 }, '-j "NONE": there is no such chain above this line, and no such target', 'declare the chain: :NONE - [0:0], or check the spelling'),
    );
  });
});
