import type { RuleSettings } from './rule.ts';
import { nodeCacheRules } from './rule.ts';
import { ruleSpec } from './text.ts';
import { IN_ORDER, restoreText } from './transaction.ts';

/**
 * node-cache's rules for these addresses on a node that has none of them, for `iptables-restore --noflush`. Each is put on top, so that
 * the node lists them in the opposite order.
 * @param settings with the addresses of one family
 */
export const nodeCacheTransaction = (settings: RuleSettings): string =>
  restoreText(
    nodeCacheRules(settings).map((rule) => ({ table: rule.table, chain: rule.chain, flag: '-I', spec: ruleSpec(rule) })),
    IN_ORDER,
  );
