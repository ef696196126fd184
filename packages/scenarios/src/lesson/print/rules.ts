import type { Host, TableName } from '@nodelocal/netfilter-sim';
import { printRuleSet } from '@nodelocal/netfilter-sim';

/** `iptables -t TABLE -S`: policies, own chains and rules, in the order of the kernel. */
export const ruleLines = ({ ruleSets: { ipv4 } }: Host, name: TableName): readonly string[] => {
  const table = ipv4.tables.get(name);
  if (table === undefined) return [];
  return printRuleSet({ ...ipv4, tables: new Map([[name, table]]) })
    .split('\n')
    .flatMap((line) => {
      if (line.startsWith('-A ')) return [line];
      const [, chain, policy] = /^:(\S+) (\S+) /.exec(line) ?? [];
      if (chain === undefined) return [];
      return [policy === '-' ? `-N ${chain}` : `-P ${chain} ${policy}`];
    });
};
