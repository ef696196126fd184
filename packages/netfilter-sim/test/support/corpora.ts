import type { Family, Rule, RuleSet, TableName, Chain } from '@nodelocal/netfilter-sim';
import { existsSync, readFileSync } from 'node:fs';
import type { InterfaceTest } from '../../src/ruleset/iptables/extension/interface-test.ts';
import { sharedFolder } from './shared.ts';

/** Rule sets as people and programs wrote them (`../shared/corpora`). */
export const corporaFolder = `${sharedFolder}corpora/`;
export const hasCorpora = existsSync(`${corporaFolder}manifest.json`);

export interface FoundRuleSet {
  readonly file: string;
  readonly family: Family;
  readonly text: string;
  /** What `iptables-restore` said when it refused it; absent: it took it. */
  readonly refusal?: string;
}

interface Entry {
  readonly file: string;
  readonly family: 4 | 6;
  readonly legacyRestore: 'ok' | 'ok-after-stub-ipsets' | 'failed';
  readonly why?: { readonly legacy: string };
}

/** None where the folder is absent. */
export const foundRuleSets = (): readonly FoundRuleSet[] => {
  if (!hasCorpora) return [];
  const entries = JSON.parse(readFileSync(`${corporaFolder}manifest.json`, 'utf8')) as readonly Entry[];
  return entries.map(({ file, family, legacyRestore, why }) => ({
    file,
    family: family === 6 ? 'ipv6' : 'ipv4',
    text: readFileSync(`${corporaFolder}${file}`, 'utf8'),
    ...(legacyRestore === 'failed' ? { refusal: why?.legacy ?? '' } : {}),
  }));
};

export const acceptedRuleSets = (): readonly FoundRuleSet[] => foundRuleSets().filter(({ refusal }) => refusal === undefined);

/** One rule of a rule set, and where it is. */
export interface PlacedRule {
  readonly table: TableName;
  readonly chain: Chain;
  readonly rule: Rule;
}

export const placedRules = ({ tables }: RuleSet): readonly PlacedRule[] =>
  [...tables.values()].flatMap(({ name: table, chains }) =>
    [...chains.values()].flatMap((chain) => chain.rules.map((rule) => ({ table, chain, rule }))),
  );

/** A name that the test takes; `undefined` where it says nothing, or is turned round. */
export const deviceFor = (test: InterfaceTest | undefined): string | undefined => {
  if (test === undefined || test.inverted) return undefined;
  return test.kind === 'exact' ? test.name : `${test.name}1`;
};

const SET_TYPES = ['hash:ip', 'hash:ip,port', 'hash:ip,port,ip'] as const;

/** The sets that rules look in, by the line that makes each: as the recorder made them. */
export const stubSets = (text: string, family: Family): readonly { readonly name: string; readonly dimensions: number; readonly create: string }[] => {
  const found = new Map<string, number>();
  for (const [, name = '', sides = ''] of text.matchAll(/--(?:match|add|del)-set (\S+) (\S+)/g)) found.set(name, sides.split(',').length);
  return [...found].map(([name, dimensions]) => ({
    name,
    dimensions,
    create: `create ${name} ${SET_TYPES[dimensions - 1] ?? ''} family ${family === 'ipv4' ? 'inet' : 'inet6'}\n`,
  }));
};
