import { parseRuleSet, printRuleSet } from '@nodelocal/netfilter-sim';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sharedFolder } from '../../support/shared.ts';

const folder = `${sharedFolder}kernel-cases`;
const present = existsSync(folder);
const files = present ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')) : [];

interface KernelCase {
  readonly id: string;
  readonly family?: 'ipv4' | 'ipv6';
  readonly rules: string;
}

describe.skipIf(!present)('rule sets of the kernel cases (skipped without ../shared)', () => {
  it.each(files)('%s: every rule set is read, and its printed form reads as the same value', (name) => {
    const lines = readFileSync(`${folder}/${name}`, 'utf8').split('\n');
    const cases = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as KernelCase);
    expect(cases.length).toBeGreaterThan(0);
    for (const { id, family = 'ipv4', rules } of cases) {
      const printed = printRuleSet(parseRuleSet(rules, { file: id, family }), { order: 'text' });
      const again = printRuleSet(parseRuleSet(printed, { file: id, family }), { order: 'text' });
      expect({ id, text: again }).toEqual({ id, text: printed });
    }
  });
});
