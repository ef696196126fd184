import { existsSync, readFileSync } from 'node:fs';
import type { Family } from '../../../src/packet/address.ts';
import { BUILT_IN_CHAINS } from '../../../src/ruleset/shared/hooks.ts';
import { sharedFolder } from '../../support/shared.ts';

const folder = `${sharedFolder}corpora/`;
export const hasCorpora = existsSync(`${folder}manifest.json`);

/** A rule set as people or programs wrote it. */
export interface FoundRuleSet {
  readonly file: string;
  readonly family: Family;
  /** As the kernel gets it: every table, and whatever comes is traced. */
  readonly rules: string;
  /** What `ipset restore` reads: the sets that its rules look in. */
  readonly sets: string;
}

interface Entry {
  readonly file: string;
  readonly family: 4 | 6;
  readonly legacyRestore: 'ok' | 'ok-after-stub-ipsets' | 'failed';
}

/** Those that the kernel took when they were collected. */
export const acceptedRuleSets = (): readonly FoundRuleSet[] =>
  (JSON.parse(readFileSync(`${folder}manifest.json`, 'utf8')) as readonly Entry[])
    .filter(({ legacyRestore }) => legacyRestore !== 'failed')
    .map(({ file, family: version }) => {
      const text = readFileSync(`${folder}${file}`, 'utf8');
      const family = version === 6 ? 'ipv6' : 'ipv4';
      return { file, family, rules: traced(text), sets: setsFor(text, family) };
    });

const isHook = (chain: string): boolean => BUILT_IN_CHAINS.mangle.some((hook) => hook === chain);

const TRACE = '-A PREROUTING -j TRACE\n-A OUTPUT -j TRACE\n';

/** Every built-in chain gets a policy: one without keeps that of the rule set before. */
const traced = (text: string): string => {
  let whole = `${text.trimEnd().replaceAll(/^:([A-Z]+) - /gm, (line, chain: string) => (isHook(chain) ? `:${chain} ACCEPT ` : line))}\n`;
  for (const [table, chains] of Object.entries(BUILT_IN_CHAINS)) {
    const opening = new RegExp(`^\\*${table}[ \\t]*$`, 'm');
    if (!opening.test(whole)) whole += `*${table}\nCOMMIT\n`;
    const body = whole.slice(whole.search(opening)).split('\nCOMMIT', 1)[0] ?? '';
    const left = chains.filter((chain) => !body.includes(`\n:${chain} `));
    whole = whole.replace(opening, `*${table}${left.map((chain) => `\n:${chain} ACCEPT [0:0]`).join('')}`);
  }
  // Chains are declared first; a rule, a comment or the end follows.
  return whole.replace(/^\*raw\s*\n(?::.*\n)*/m, (opening) => `${opening}${TRACE}`);
};

const TYPES = ['hash:ip', 'hash:ip,port', 'hash:ip,port,ip'];

/** Sets under the names that rules look in, with a pod in each. */
const setsFor = (text: string, family: Family): string => {
  const [pod, server] = family === 'ipv4' ? ['10.244.1.5', '10.96.0.10'] : ['fd00:10:244:1::5', 'fd00:10:96::a'];
  const elements = [pod, `${server},udp:53`, `${server},udp:53,${pod}`];
  const lines = new Map<string, string>();
  for (const [, name = '', dimensions = ''] of text.matchAll(/--(?:match|add|del)-set (\S+) (\S+)/g)) {
    const at = dimensions.split(',').length - 1;
    lines.set(name, `create ${name} ${TYPES[at] ?? ''} family ${family === 'ipv4' ? 'inet' : 'inet6'}\nadd ${name} ${elements[at] ?? ''}\n`);
  }
  return [...lines.values()].join('');
};
