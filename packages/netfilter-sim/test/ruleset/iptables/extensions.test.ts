import { readFileSync } from 'node:fs';
import { InputError, parseRuleSet, printRule } from '@nodelocal/netfilter-sim';
import type { Family } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { MATCH_MODULES } from '../../../src/ruleset/iptables/matches/index.ts';
import { TARGET_MODULES } from '../../../src/ruleset/iptables/targets/index.ts';
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

/** The kernel that was asked is built without these. */
const NEVER_ASKED = ['ipvs', 'nfacct', 'rateest', 'SECMARK'];

it('the real tools were asked about every match and every target', () => {
  const written = (['ipv4', 'ipv6'] as const).flatMap(readRecording).map((line) => line.written);
  const isThere = (flag: string, name: string): boolean => written.some((rule) => new RegExp(`(?:^| )-${flag} ${name}(?: |$)`).test(rule));
  const missing = [...MATCH_MODULES.filter(({ name }) => !isThere('m', name)), ...TARGET_MODULES.filter(({ name }) => !isThere('j', name))];
  expect(missing.map(({ name }) => name)).toEqual(NEVER_ASKED);
});

it('docs/fidelity.md counts them', () => {
  const page = readFileSync(new URL('../../../../../docs/fidelity.md', import.meta.url), 'utf8');
  expect(page).toContain(`| ${MATCH_MODULES.length} matches and ${TARGET_MODULES.length} targets of iptables: `);
});
