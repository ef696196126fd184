import type { Family } from '../../../packet/address.ts';
import { seesFamily } from './rule-set.ts';
import type { NftRuleSet } from './rule-set.ts';
import type { Statement } from './statement.ts';
import { expressionsOf } from './walk-rule.ts';

/** Words of statements that the model does not evaluate, but the kernel tracks connections for. */
const TRACKING = /"(?:ct|ct count|ct helper|ct timeout|ct expectation|synproxy|dnat|snat)":/;

const uses = (statement: Statement): boolean => {
  switch (statement.kind) {
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
      return true;
    case 'helper':
    case 'flow-offload':
      return true;
    case 'no-effect':
    case 'unknown-test':
    case 'not-modelled':
      return TRACKING.test(statement.text);
    case 'match':
    case 'verdict-map':
    case 'assign':
    case 'set':
    case 'verdict':
    case 'counter':
    case 'named-counter':
    case 'limit':
    case 'named-limit':
    case 'notrack':
    case 'reject':
    case 'log':
    case 'queue':
    case 'quota':
    case 'named-quota':
    case 'tproxy':
      return expressionsOf(statement).some(
        (expression) =>
          expression.kind === 'ct' || (expression.kind === 'not-modelled' && TRACKING.test(expression.text)),
      );
  }
};

/** Whether a rule of these makes the kernel track connections (`nf_ct_netns_get` in nft_ct.c and nft_nat.c, 6.12). */
export const nftUsesConntrack = (ruleSet: NftRuleSet, family: Family): boolean => someStatement(ruleSet, family, uses);

/** Whether one hands packets to sockets, which wants datagrams whole though it tracks nothing (`nft_tproxy_init`). */
export const nftProxies = (ruleSet: NftRuleSet, family: Family): boolean => someStatement(ruleSet, family, ({ kind }) => kind === 'tproxy');

const someStatement = ({ tables }: NftRuleSet, family: Family, holds: (statement: Statement) => boolean): boolean =>
  tables.some(
    (table) =>
      seesFamily(table.family, family) &&
      [...table.chains.values()].some(({ rules }) => rules.some(({ statements }) => statements.some(holds))),
  );

const COUNTS: readonly string[] = ['bytes', 'packets', 'avgpkt'];

/** Whether one makes it count what connections carry (`nft_ct_get_init`, net/netfilter/nft_ct.c, 6.12). */
export const nftKeepsAccounts = ({ tables }: NftRuleSet): boolean =>
  tables.some(({ chains }) =>
    [...chains.values()].some(({ rules }) =>
      rules.some(({ statements }) => statements.flatMap(expressionsOf).some((one) => one.kind === 'ct' && COUNTS.includes(one.key))),
    ),
  );
