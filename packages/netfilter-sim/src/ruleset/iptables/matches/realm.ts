import type { MarkAndMask } from '../../shared/marks.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { namedNumberValue, printNamedNumber } from '../extension/named-number.ts';
import { is, not, requireOption } from '../extension/option-values.ts';

/** The realm of the packet's route (net/ipv4/netfilter/ipt_realm.c). */
export interface RealmMatch {
  readonly kind: 'realm';
  readonly realm: MarkAndMask;
  readonly inverted: boolean;
}

export const realm: MatchModule<'realm', RealmMatch> = {
  name: 'realm',
  family: 'ipv4',
  notModelledFor: 'realms with names of the host’s own, routes that rules with different realms lead to',
  options: { '--realm': { values: 1, invertible: true } },

  placement: () => ({ hooks: ['INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'] }),

  parse(options, scope) {
    const option = requireOption(options, '--realm', scope, 'VALUE/MASK');
    return { kind: 'realm', realm: namedNumberValue(option, 'realm'), inverted: option.inverted };
  },

  print: (match) => `${not(match.inverted)}--realm ${printNamedNumber(match.realm, 'realm')}`,

  evaluate({ realm: { value, mask }, inverted }, context) {
    const found = context.realms();
    if (found === undefined) return notModelled('the realm of the packet’s route: it has a name of the host’s own, or several rules gave it');
    return answer((((found & mask) >>> 0) === value) !== inverted);
  },

  describe: (match) => `the realm of its route ${is(match.inverted)} ${printNamedNumber(match.realm, 'realm')}`,
};
