import type { Family } from '../../../packet/address.ts';
import { seesFamily } from './rule-set.ts';
import type { NftRuleSet } from './rule-set.ts';
import type { Statement } from './statement.ts';
import { expressionsOf } from './walk-rule.ts';

const TRANSLATIONS: ReadonlySet<Statement['kind']> = new Set(['dnat', 'snat', 'masquerade', 'redirect']);

/** `ct …`, and what the model does not evaluate but the kernel tracks connections for. */
const uses = (statement: Statement): boolean =>
  TRANSLATIONS.has(statement.kind) ||
  expressionsOf(statement).some(({ kind }) => kind === 'ct') ||
  (statement.kind === 'not-modelled' &&
    /"(?:ct|ct count|ct helper|ct timeout|ct expectation|synproxy|dnat|snat)":/.test(statement.text));

/** Whether a rule of these makes the kernel track connections (`nf_ct_netns_get` in nft_ct.c and nft_nat.c, 6.12). */
export const nftUsesConntrack = ({ tables }: NftRuleSet, family: Family): boolean =>
  tables.some(
    (table) =>
      seesFamily(table.family, family) &&
      [...table.chains.values()].some(({ rules }) => rules.some(({ statements }) => statements.some(uses))),
  );
