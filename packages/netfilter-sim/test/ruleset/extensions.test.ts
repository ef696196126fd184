import { InputError, parseRuleSet, printRule } from '@nodelocal/netfilter-sim';
import type { Family } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { readRecording, ruleSetText } from './recorded/lines.ts';
import type { RecordedLine } from './recorded/lines.ts';

const readAndPrint = (line: RecordedLine, family: Family): readonly string[] | InputError => {
  try {
    const ruleSet = parseRuleSet(ruleSetText(line), { file: 'rules', family });
    const rules = ruleSet.tables.get(line.table)?.chains.get(line.chain)?.rules ?? [];
    return rules.map((rule) => printRule('', rule, family).slice('-A '.length).trim());
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
};

describe.each(['ipv4', 'ipv6'] as const)('rules as the real tools of %s took and printed them', (family) => {
  it.each(readRecording(family))('$table $chain $written', (line) => {
    const result = readAndPrint(line, family);
    if (line.printed !== undefined) {
      expect(result).toEqual(line.printed);
      return;
    }
    expect(result).toBeInstanceOf(InputError);
    if (!(result instanceof InputError)) return;
    expect(result.position).toMatchObject({ file: 'rules', line: 3 });
    expect(result.reason).not.toBe('');
    expect(result.mend).not.toBe('');
  });
});
