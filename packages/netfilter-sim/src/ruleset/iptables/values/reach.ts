import { targetModule } from '../targets/index.ts';
import type { Chain, Rule, Table } from './rule-set.ts';

/** Whether the rule has no test and no match at all: what the kernel calls unconditional (ip_tables.c). */
export const isUnconditional = (rule: Rule): boolean => rule.matches.length === 0 && takesEveryPacket(rule);

/** Whether every packet that gets to the rule meets it: there is nothing but remarks. */
export const takesEveryPacket = (rule: Rule): boolean =>
  rule.source === undefined &&
  rule.destination === undefined &&
  rule.inInterface === undefined &&
  rule.outInterface === undefined &&
  rule.protocol === undefined &&
  rule.fragment === undefined &&
  rule.matches.every((match) => match.kind === 'comment');

/** Whether a packet that meets the rule gets no further in its chain. */
export const endsChain = (table: Table, rule: Rule): boolean =>
  (rule.target.kind === 'verdict' && rule.target.verdict === 'RETURN') ||
  rule.target.kind === 'goto' ||
  endsForSure(table, rule);

/** Whether a packet that meets the rule gets no further in the whole table. */
export const endsForSure = (table: Table, rule: Rule): boolean => endsFrom(table, rule, new Set());

const endsFrom = (table: Table, { target }: Rule, onPath: ReadonlySet<string>): boolean => {
  switch (target.kind) {
    case 'none':
      return false;
    case 'verdict':
      return target.verdict !== 'RETURN';
    case 'extension':
      return targetModule(target.target).ends === true;
    case 'jump':
    case 'goto': {
      const chain = table.chains.get(target.chain);
      return (
        chain !== undefined && !onPath.has(chain.name) && chainEnds(table, chain, new Set([...onPath, chain.name]))
      );
    }
  }
};

/** A chain ends every packet if an unconditional rule does, and none above it leads back out. */
const chainEnds = (table: Table, chain: Chain, onPath: ReadonlySet<string>): boolean => {
  for (const rule of chain.rules) {
    if (rule.target.kind === 'verdict' && rule.target.verdict === 'RETURN') return false;
    const ends = endsFrom(table, rule, onPath);
    if (takesEveryPacket(rule) && ends) return true;
    if (rule.target.kind === 'goto' && !ends) return false;
  }
  return false;
};
