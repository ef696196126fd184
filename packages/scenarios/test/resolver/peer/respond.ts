import type { Asked, Deed, Rule } from './situation.ts';

/**
 * What servers do with a query: the first rule that fits. It counts queries by rule, so that a rule can hold for the
 * first few only. `record-server.mjs`, which runs without a build, has the same in its `createResponder`.
 */
export const createResponder = (rules: readonly Rule[]): ((query: Asked) => Deed) => {
  const used = rules.map(() => 0);
  return (query) => {
    const index = rules.findIndex(
      (rule, at) =>
        (rule.server === undefined || rule.server === query.server) &&
        (rule.type === undefined || rule.type === query.type) &&
        (rule.name === undefined || rule.name === query.name) &&
        (rule.transport === undefined || rule.transport === query.transport) &&
        (rule.times === undefined || (used[at] ?? 0) < rule.times),
    );
    used[index] = (used[index] ?? 0) + 1;
    return rules[index]?.does ?? 'nxdomain';
  };
};
