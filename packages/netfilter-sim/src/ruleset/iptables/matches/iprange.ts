import { InputError } from '../../../error.ts';
import { addressBits } from '../../../packet/address.ts';
import type { Address } from '../../../packet/address.ts';
import { readAddressInterval } from '../../shared/address-values.ts';
import type { AddressInterval } from '../../shared/address-values.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule, RuleScope, WrittenOption } from '../extension/extension.ts';
import { findOption, is, not, refuse, valueOf } from '../extension/option-values.ts';

interface RangeTest {
  readonly range: AddressInterval;
  readonly inverted: boolean;
}

/** Ranges of addresses that are no prefixes (net/netfilter/xt_iprange.c). */
export interface IprangeMatch {
  readonly kind: 'iprange';
  readonly source?: RangeTest;
  readonly destination?: RangeTest;
}

const readRange = (options: readonly WrittenOption[], name: string, scope: RuleScope): RangeTest | undefined => {
  const option = findOption(options, name);
  if (option === undefined) return undefined;
  const range =
    readAddressInterval(scope.family, valueOf(option)) ?? refuse(option, `FROM-TO, two ${scope.family} addresses`);
  return { range, inverted: option.inverted };
};

const holds = (test: RangeTest | undefined, address: Address): boolean => {
  if (test === undefined) return true;
  const bits = addressBits(address);
  const inside = bits >= addressBits(test.range.min) && bits <= addressBits(test.range.max);
  return inside !== test.inverted;
};

const print = (name: string, test: RangeTest | undefined): readonly string[] =>
  test === undefined ? [] : [`${not(test.inverted)}${name} ${test.range.min}-${test.range.max}`];

const describe = (side: string, test: RangeTest | undefined): readonly string[] =>
  test === undefined ? [] : [`the ${side} ${is(test.inverted)} in ${test.range.min}–${test.range.max}`];

export const iprange: MatchModule<'iprange', IprangeMatch> = {
  name: 'iprange',
  steady: 'always',
  options: {
    '--src-range': { values: 1, invertible: true },
    '--dst-range': { values: 1, invertible: true },
  },

  parse(options, scope) {
    const source = readRange(options, '--src-range', scope);
    const destination = readRange(options, '--dst-range', scope);
    if (source === undefined && destination === undefined) {
      throw new InputError(scope.position, '--src-range or --dst-range is missing', 'add one of them');
    }
    return {
      kind: 'iprange',
      ...(source === undefined ? {} : { source }),
      ...(destination === undefined ? {} : { destination }),
    };
  },

  print: (match) => [...print('--src-range', match.source), ...print('--dst-range', match.destination)].join(' '),
  evaluate: (match, { packet }) => answer(holds(match.source, packet.src) && holds(match.destination, packet.dst)),
  describe: (match) =>
    [...describe('source', match.source), ...describe('destination', match.destination)].join(' and '),
};
