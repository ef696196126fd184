import { InputError, parseRuleSet, printRuleSet } from '@nodelocal/netfilter-sim';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { corporaFolder, foundRuleSets, hasCorpora } from '../../support/corpora.ts';
import type { FoundRuleSet } from '../../support/corpora.ts';

const ruleSets = foundRuleSets();
const accepted = ruleSets.filter(({ refusal }) => refusal === undefined);
const refused = ruleSets.filter(({ refusal }) => refusal !== undefined);

const parse = ({ file, family, text }: FoundRuleSet): ReturnType<typeof parseRuleSet> => parseRuleSet(text, { file, family });

const canonicalFile = ({ file }: FoundRuleSet): string => `${corporaFolder}_canonical/${file.replace(/\.rules$/, '.legacy.save')}`;

describe.skipIf(!hasCorpora)('rule sets as people and programs wrote them (skipped without ../shared)', () => {
  it.each(accepted.filter((entry) => existsSync(canonicalFile(entry))))('prints $file as iptables-save did', (entry) => {
    const lines = readFileSync(canonicalFile(entry), 'utf8').split('\n');
    const canonical = lines.filter((line) => !line.startsWith('#')).join('\n');
    expect(printRuleSet(parse(entry))).toBe(canonical);
  });

  // iptables-save printed nothing for these: no canonical text was recorded.
  it.each(accepted.filter((entry) => !existsSync(canonicalFile(entry))))('reads $file', (entry) => {
    const ruleSet = parse(entry);
    const printed = printRuleSet(ruleSet, { order: 'text' });
    const again = parseRuleSet(printed, { file: entry.file, family: ruleSet.family });
    expect(printRuleSet(again, { order: 'text' })).toBe(printed);
  });

  it.each(refused)('refuses $file as iptables-restore did: $refusal', (entry) => {
    expect(() => parse(entry)).toThrow(InputError);
    expect(() => parse(entry)).toThrow(/^\S+:[1-9]\d*:[1-9]\d*: /);
  });
});
