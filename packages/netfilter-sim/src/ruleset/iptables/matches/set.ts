import { notModelled } from '../../shared/not-modelled.ts';
import { readNumber } from '../../shared/numbers.ts';
import { answer } from '../../shared/outcome.ts';
import type { SetCounterTest, SetTest } from '../../shared/set-reference.ts';
import type { MatchModule, WrittenOption } from '../extension/extension.ts';
import { findOption, hasOption, not, refuse, requireOption, valueOf } from '../extension/option-values.ts';
import { printSetReference, setReferenceValue } from '../extension/set-reference.ts';

/** Membership in an ipset (net/netfilter/xt_set.c, revision 4). */
export interface SetMatch extends SetTest {
  readonly kind: 'set';
  readonly inverted: boolean;
}

const COUNTERS = ['packets', 'bytes'] as const;
const COMPARISONS = ['eq', 'lt', 'gt'] as const;

const readCounter = (options: readonly WrittenOption[], counter: SetCounterTest['counter']): SetCounterTest | undefined => {
  for (const comparison of COMPARISONS) {
    const option = findOption(options, `--${counter}-${comparison}`);
    if (option !== undefined) {
      const value = readNumber(valueOf(option)) ?? refuse(option, 'a number');
      return { counter, comparison, value, inverted: option.inverted };
    }
  }
  return undefined;
};

const one = { values: 1, invertible: false } as const;

export const set: MatchModule<'set', SetMatch> = {
  name: 'set',
  notModelledFor: 'sets that were not given, MAC addresses that are not known',
  steady: 'while-unchanged',
  options: {
    '--match-set': { values: 2, invertible: true, aliases: ['--set'] },
    '--return-nomatch': { values: 0, invertible: false },
    '--update-counters': { values: 0, invertible: true },
    '--update-subcounters': { values: 0, invertible: true },
    '--packets-eq': { values: 1, invertible: true },
    '--packets-lt': one,
    '--packets-gt': one,
    '--bytes-eq': { values: 1, invertible: true },
    '--bytes-lt': one,
    '--bytes-gt': one,
  },

  parse(options, scope) {
    const option = requireOption(options, '--match-set', scope, 'NAME src');
    return {
      kind: 'set',
      ...setReferenceValue(option),
      inverted: option.inverted,
      returnNomatch: hasOption(options, '--return-nomatch'),
      updateCounters: findOption(options, '--update-counters')?.inverted !== true,
      updateSubcounters: findOption(options, '--update-subcounters')?.inverted !== true,
      counters: COUNTERS.flatMap((counter) => readCounter(options, counter) ?? []),
    };
  },

  print: (match) =>
    [
      `${not(match.inverted)}--match-set ${printSetReference(match)}`,
      ...(match.returnNomatch ? ['--return-nomatch'] : []),
      ...(match.updateCounters ? [] : ['! --update-counters']),
      ...(match.updateSubcounters ? [] : ['! --update-subcounters']),
      ...match.counters.map(
        ({ counter, comparison, value, inverted }) => `${not(inverted)}--${counter}-${comparison} ${value}`,
      ),
    ].join(' '),

  evaluate(match, context) {
    const found = context.testSet(match);
    switch (found.kind) {
      case 'no-such-set':
        return notModelled(`ipset ${match.set}, which was not given`);
      case 'not-modelled':
        return found;
      case 'in':
        return answer(!match.inverted);
      case 'not-in':
        return answer(match.inverted);
    }
  },

  describe: (match) =>
    `its ${match.dimensions.join(' and ')} ${match.inverted ? 'is not' : 'is'} in the ipset ${match.set}`,
};
