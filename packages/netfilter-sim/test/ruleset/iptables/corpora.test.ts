import { InputError, parseRuleSet, printRuleSet } from '@nodelocal/netfilter-sim';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sharedFolder } from '../../support/shared.ts';

const folder = `${sharedFolder}corpora/`;
const present = existsSync(`${folder}manifest.json`);

interface Entry {
  readonly file: string;
  readonly family: 4 | 6;
  readonly legacyRestore: 'ok' | 'ok-after-stub-ipsets' | 'failed';
  readonly why?: { readonly legacy: string };
}

const manifest = present ? (JSON.parse(readFileSync(`${folder}manifest.json`, 'utf8')) as readonly Entry[]) : [];
const accepted = manifest.filter(({ legacyRestore }) => legacyRestore !== 'failed');
const refused = manifest.filter(({ legacyRestore }) => legacyRestore === 'failed');

const parse = ({ file, family }: Entry): ReturnType<typeof parseRuleSet> =>
  parseRuleSet(readFileSync(folder + file, 'utf8'), { file, family: family === 6 ? 'ipv6' : 'ipv4' });

const canonicalFile = ({ file }: Entry): string => `${folder}_canonical/${file.replace(/\.rules$/, '.legacy.save')}`;

describe.skipIf(!present)('rule sets as people and programs wrote them (skipped without ../shared)', () => {
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

  it.each(refused)('refuses $file as iptables-restore did: $why.legacy', (entry) => {
    expect(() => parse(entry)).toThrow(InputError);
    expect(() => parse(entry)).toThrow(/^\S+:[1-9]\d*:[1-9]\d*: /);
  });
});
