import type { Rule } from './rule-set.ts';

/** Whether every packet that gets to the rule meets it: it tests nothing. */
export const isUnconditional = (rule: Rule): boolean =>
  rule.source === undefined &&
  rule.destination === undefined &&
  rule.inInterface === undefined &&
  rule.outInterface === undefined &&
  rule.protocol === undefined &&
  rule.fragment === undefined &&
  rule.matches.length === 0;
