import { parseRuleSet, printRuleSet } from '@nodelocal/netfilter-sim';
import type { Host } from '@nodelocal/netfilter-sim';

/** The node with its IPv4 rules rewritten as text: lines are what people change. */
export const withRules = (host: Host, change: (lines: readonly string[]) => readonly string[]): Host => {
  const text = printRuleSet(host.ruleSets.ipv4, { order: 'text' });
  const changed = change(text.split('\n')).join('\n');
  return { ...host, ruleSets: { ...host.ruleSets, ipv4: parseRuleSet(changed, { file: 'changed rules', family: 'ipv4' }) } };
};

/** Puts lines in front of the first one that begins so. */
export const insertBefore = (lines: readonly string[], start: string, added: readonly string[]): readonly string[] => {
  const at = lines.findIndex((line) => line.startsWith(start));
  return at < 0 ? lines : [...lines.slice(0, at), ...added, ...lines.slice(at)];
};
