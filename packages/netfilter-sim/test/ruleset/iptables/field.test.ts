import { InputError, parseRuleSet, printRule } from '@nodelocal/netfilter-sim';
import type { Family, Rule } from '@nodelocal/netfilter-sim';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sharedFolder } from '../../support/shared.ts';

const file = `${sharedFolder}field-cases/netfilter/extensions.txt`;

/** What users wrote, and what iptables 1.8.9 (legacy) made of it. */
interface FieldCase {
  readonly rule: string;
  /** As printed; undefined: refused. */
  readonly printed: string | undefined;
  readonly family: Family;
}

const readCase = (block: string): FieldCase => {
  const rule = /^ {2}rule: +(.*)$/m.exec(block)?.[1] ?? '';
  const said = /^ {2}iptables: (.*)$/m.exec(block)?.[1] ?? '';
  const ipv6 = /-m (?:frag|rt|srh) |2001:db8/.test(rule);
  return { rule, printed: said.startsWith('-A ') ? said : undefined, family: ipv6 ? 'ipv6' : 'ipv4' };
};

const cases = existsSync(file)
  ? readFileSync(file, 'utf8')
      .split(/^(?=DIFFERS$|same$)/m)
      .filter((block) => block.includes('rule:'))
      .map(readCase)
  : [];

const read = ({ rule, family }: FieldCase): { readonly chain: string; readonly rule: Rule } => {
  const nat = /-j (?:DNAT|REDIRECT)/.test(rule);
  const chain = nat ? 'PREROUTING' : 'INPUT';
  const text = `*${nat ? 'nat' : 'filter'}\n-A ${chain} ${rule}\nCOMMIT\n`;
  const found = [...parseRuleSet(text, { file: 'rules', family }).tables.values()][0]?.chains.get(chain)?.rules[0];
  if (found === undefined) throw new Error(`no rule: ${rule}`);
  return { chain, rule: found };
};

describe.skipIf(cases.length === 0)('rules that users met (skipped without ../shared)', () => {
  it.each(cases.filter(({ printed }) => printed !== undefined))('$rule is printed as iptables does', (one) => {
    const { chain, rule } = read(one);
    expect(printRule(chain, rule)).toBe(one.printed);
  });

  it.each(cases.filter(({ printed }) => printed === undefined))('$rule is refused as iptables does', (one) => {
    expect(() => read(one)).toThrow(InputError);
  });
});

describe('counters in one word', () => {
  const counters = (words: string): Rule['counters'] => read({ rule: `${words} -j DROP`, printed: undefined, family: 'ipv4' }).rule.counters;

  it.each([
    ['-c 7,9', 7n, 9n],
    ['-c 7 9', 7n, 9n],
    ['--set-counters 07x,9y', 7n, 9n],
    ['-c 99999999999999999999 1', 2n ** 64n - 1n, 1n],
  ])('%s', (words, packets, bytes) => {
    expect(counters(words)).toEqual({ packets, bytes });
  });

  it.each(['-c 7', '-c ,9', '-c 7,', '-c x,9'])('%s is refused', (words) => {
    expect(() => counters(words)).toThrow(InputError);
  });
});
