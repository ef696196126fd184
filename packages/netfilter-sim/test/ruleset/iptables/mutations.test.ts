import { describeRule, InputError, parseRuleSet, printRuleSet, reviewRuleSet } from '@nodelocal/netfilter-sim';
import type { Family, RuleSet } from '@nodelocal/netfilter-sim';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRecording, ruleSetText } from './recorded/lines.ts';

/** Pieces that a mutation puts in: what a parser is likely to trip over. */
const PIECES = ['!', '"', '\\', '--', '-', ' ', '\t', ':', ',', '/', '|', '=', '0', '4294967296', '-1', '0x', '999999999999999999999', 'é', '\uD800', '\u0000', '[', ']', '-j', '-m', '-A', 'COMMIT', '*nat', '::', '255.255.0.255'];

type Mutation = { readonly at: number; readonly remove: number; readonly insert: string };

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(200),
  remove: fc.nat(6),
  insert: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4 }), fc.constant('')),
});

const mutate = (text: string, { at, remove, insert }: Mutation): string => {
  const start = text.length === 0 ? 0 : at % text.length;
  return text.slice(0, start) + insert + text.slice(start + remove);
};

/** The rule set, or undefined where the text was refused with a position inside it. */
const parse = (text: string, family: Family): RuleSet | undefined => {
  try {
    return parseRuleSet(text, { file: 'rules', family });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const lines = text.split('\n');
    expect(error.position.line).toBeGreaterThan(0);
    expect(error.position.line).toBeLessThanOrEqual(lines.length);
    expect(error.position.column).toBeGreaterThan(0);
    expect(error.position.column).toBeLessThanOrEqual((lines[error.position.line - 1] ?? '').length + 1);
    expect(error.message).not.toContain('\n');
    return undefined;
  }
};

describe.each(['ipv4', 'ipv6'] as const)('mutated rule sets (%s)', (family) => {
  const texts = readRecording(family).map(ruleSetText);

  it('are refused with a position, or read, printed, described and reviewed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(mutation, { minLength: 1, maxLength: 4 }), (text, mutations) => {
        const ruleSet = parse(mutations.reduce(mutate, text), family);
        if (ruleSet === undefined) return;
        expect(printRuleSet(ruleSet)).toMatch(/^(?:\*|$)/);
        reviewRuleSet(ruleSet);
        for (const table of ruleSet.tables.values()) {
          for (const chain of table.chains.values()) {
            for (const rule of chain.rules) expect(describeRule(rule)).toMatch(/\.|\)$/);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('that are read print as a text that reads as the same', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), mutation, (text, change) => {
        const ruleSet = parse(mutate(text, change), family);
        if (ruleSet === undefined) return;
        const printed = printRuleSet(ruleSet, { order: 'text' });
        // iptables-save itself prints names without quotes, so that one with a blank reads back as two
        // words, a rate of less than 16 bytes as none, the base of a shifted range where there is none, numbers of which
        // it lost the sign; and it leaves out a prefix of length 0, which it wants to read.
        if (/"[^"]*\s[^"]*"/.test(mutate(text, change)) || / 0b\/s|:\d+-\d+\/0| --to-ports \S+\/0|--seconds -|NPT(?! --src-pfx \S+ --dst-pfx)/.test(printed)) return;
        const again = parse(printed, family);
        expect(again === undefined ? printed : printRuleSet(again, { order: 'text' })).toBe(printed);
        expect(again).toBeDefined();
      }),
      { numRuns: 2000 },
    );
  });
});
