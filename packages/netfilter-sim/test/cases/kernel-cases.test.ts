import { existsSync, readFileSync } from 'node:fs';
import { parseRuleSet, readNode } from '@nodelocal/netfilter-sim';
import { readNodeFolder } from '@nodelocal/netfilter-sim/cli';
import { describe, expect, it } from 'vitest';
import { compareCase } from '../../src/cases/compare.ts';
import { readCases } from '../../src/cases/read.ts';
import { runCase } from '../../src/cases/run.ts';
import { sharedFolder } from '../shared.ts';

const folder = `${sharedFolder}kernel-cases`;
const present = existsSync(folder);

/** Every case of the file on its own node: what the model makes of it is what the kernel did. */
describe.skipIf(!present)('cases-lab.jsonl, recorded on Linux 6.18 (skipped without ../shared)', () => {
  const file = `${folder}/cases-lab.jsonl`;
  const lines = present ? readCases(file, readFileSync(file, 'utf8')) : [];
  it.each(lines.map((line) => [line.kind === 'case' ? line.case.id : line.id, line] as const))('%s', (_id, line) => {
    if (line.kind === 'broken') throw line.error;
    const { family, node, rules } = line.case;
    const ruleSets = { [family]: parseRuleSet(rules, { file: 'rules', family }) };
    const captured = readNode(readNodeFolder(`${folder}/${node}`), { ruleSets });
    expect(compareCase(line.case, runCase(line.case, captured))).toEqual([]);
  });
});
