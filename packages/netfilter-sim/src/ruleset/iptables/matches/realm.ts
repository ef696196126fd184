import type { MarkAndMask } from '../../shared/marks.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import type { MatchModule } from '../extension/extension.ts';
import { namedNumberValue, printNamedNumber } from '../extension/named-number.ts';
import { is, not, requireOption } from '../extension/option-values.ts';

/** The realm of the packet's route (net/ipv4/netfilter/ipt_realm.c). */
export interface RealmMatch {
  readonly kind: 'realm';
  readonly realm: MarkAndMask;
  readonly inverted: boolean;
}

const NOT_MODELLED = 'realms of routes';

export const realm: MatchModule<'realm', RealmMatch> = {
  name: 'realm',
  family: 'ipv4',
  notModelled: NOT_MODELLED,
  options: { '--realm': { values: 1, invertible: true } },

  parse(options, scope) {
    const option = requireOption(options, '--realm', scope, 'VALUE/MASK');
    return { kind: 'realm', realm: namedNumberValue(option, 'realm'), inverted: option.inverted };
  },

  print: (match) => `${not(match.inverted)}--realm ${printNamedNumber(match.realm, 'realm')}`,
  evaluate: () => notModelled(NOT_MODELLED),
  describe: (match) => `the realm of its route ${is(match.inverted)} ${printNamedNumber(match.realm, 'realm')}`,
};
