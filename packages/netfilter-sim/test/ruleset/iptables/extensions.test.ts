import { InputError, parseRuleSet, printRule } from '@nodelocal/netfilter-sim';
import type { Family } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { readRecording, ruleSetText } from './recorded/lines.ts';
import type { RecordedLine } from './recorded/lines.ts';

const readAndPrint = (line: RecordedLine, family: Family): readonly string[] => {
  const ruleSet = parseRuleSet(ruleSetText(line), { file: 'rules', family });
  const rules = ruleSet.tables.get(line.table)?.chains.get(line.chain)?.rules ?? [];
  return rules.map((rule) => printRule('', rule).slice('-A '.length).trim());
};

const problemOf = (line: RecordedLine, family: Family): unknown => {
  try {
    return readAndPrint(line, family);
  } catch (error) {
    return error;
  }
};

describe.each(['ipv4', 'ipv6'] as const)('rules of %s', (family) => {
  const recording = readRecording(family);

  it.each(recording.filter(({ printed }) => printed !== undefined))('prints as the real tools: $table $chain $written', (line) => {
    expect(readAndPrint(line, family)).toEqual(line.printed);
  });

  it.each(recording.filter(({ printed }) => printed === undefined))('refuses as the real tools: $table $chain $written', (line) => {
    const problem = problemOf(line, family);
    expect(problem).toBeInstanceOf(InputError);
    expect(problem).toMatchObject({
      position: { file: 'rules', line: 3 },
      reason: expect.stringMatching(/./) as string,
      mend: expect.stringMatching(/./) as string,
    });
  });
});
