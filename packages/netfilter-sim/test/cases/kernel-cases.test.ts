import { parseRuleSet, readNode } from '@nodelocal/netfilter-sim';
import type { RuleSet } from '@nodelocal/netfilter-sim';
import { readNodeFolder } from '@nodelocal/netfilter-sim/node';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Case } from '../../src/cases/case.ts';
import { compareCase } from '../../src/cases/compare.ts';
import { readCases } from '../../src/cases/read.ts';
import type { CaseLine } from '../../src/cases/read.ts';
import { runCase } from '../../src/cases/run.ts';
import { sharedFolder } from '../support/shared.ts';

const folder = `${sharedFolder}kernel-cases`;
const present = existsSync(folder);

/** Every case on its own node: what the model makes of it is what the kernel did. */
describe.skipIf(!present).each(['a', 'b', 'c', 'v6', 'lab', 'race'])(
  'cases-%s.jsonl, recorded on Linux 6.18 (skipped without ../shared)',
  (name) => {
    it.each(loadedRules(name))('%s', (_id, line, ruleSet) => {
      if (line.kind === 'broken') throw line.error;
      const { family, node } = line.case;
      const captured = readNode(readNodeFolder(`${folder}/${node}`), { ruleSets: { [family]: ruleSet } });
      expect(compareCase(line.case, runCase(line.case, captured))).toEqual([]);
    });
  },
);

/** The cases of a file with the rules that were loaded: `iptables-restore` keeps tables that a case does not name. */
const loadedRules = (name: string): readonly (readonly [string, CaseLine, RuleSet])[] => {
  if (!present) return [];
  const file = `${folder}/cases-${name}.jsonl`;
  let loaded: RuleSet = { family: 'ipv4', tables: new Map() };
  const load = ({ id, rules, family }: Case): void => {
    loaded = { family, tables: new Map([...loaded.tables, ...parseRuleSet(rules, { file: id, family }).tables]) };
  };
  return readCases(file, readFileSync(file, 'utf8')).map((line) => {
    if (line.kind === 'broken') return [line.id, line, loaded];
    load(line.case);
    return [line.case.id, line, loaded];
  });
};
