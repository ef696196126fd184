import type { Family } from '../../../src/packet/address.ts';
import { BUILT_IN_CHAINS } from '../../../src/ruleset/shared/hooks.ts';
import { stubSets } from '../../support/corpora.ts';

const isHook = (chain: string): boolean => BUILT_IN_CHAINS.mangle.some((hook) => hook === chain);

const TRACE = '-A PREROUTING -j TRACE\n-A OUTPUT -j TRACE\n';

/**
 * A rule set as the kernel gets it: every table is there, whatever comes is traced, and every built-in chain has a policy,
 * since one without keeps that of the rule set before.
 */
export const traced = (text: string): string => {
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

/** What `ipset restore` reads: the sets that its rules look in, with a pod in each. */
export const filledSets = (text: string, family: Family): string => {
  const [pod, server] = family === 'ipv4' ? ['10.244.1.5', '10.96.0.10'] : ['fd00:10:244:1::5', 'fd00:10:96::a'];
  const elements = [pod, `${server},udp:53`, `${server},udp:53,${pod}`];
  return stubSets(text, family)
    .map(({ name, dimensions, create }) => `${create}add ${name} ${elements[dimensions - 1] ?? ''}\n`)
    .join('');
};
