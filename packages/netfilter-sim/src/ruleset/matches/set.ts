import { answer, notModelled } from '../evaluation.ts';
import type { MatchModule, WrittenOption } from '../extension.ts';
import { findOption, hasOption, not, readNumber, refuse, requireOption, valueOf } from '../option-values.ts';
import { printSetReference, setReferenceValue } from '../set-reference.ts';
import type { SetReference } from '../set-reference.ts';

interface CounterTest {
  readonly counter: 'packets' | 'bytes';
  readonly comparison: 'eq' | 'lt' | 'gt';
  readonly value: bigint;
  readonly inverted: boolean;
}

/** Membership in an ipset (net/netfilter/xt_set.c, revision 4). */
export interface SetMatch extends SetReference {
  readonly kind: 'set';
  readonly inverted: boolean;
  /** An element with `nomatch` counts as found. */
  readonly returnNomatch: boolean;
  readonly updateCounters: boolean;
  readonly updateSubcounters: boolean;
  readonly counters: readonly CounterTest[];
}

const COUNTERS = ['packets', 'bytes'] as const;
const COMPARISONS = ['eq', 'lt', 'gt'] as const;

const readCounter = (options: readonly WrittenOption[], counter: CounterTest['counter']): CounterTest | undefined => {
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
    if (match.counters.length > 0) return notModelled(`the packet and byte counters of ipset ${match.set}`);
    if (match.returnNomatch) return notModelled(`"nomatch" elements of ipset ${match.set}`);
    const found = context.testSet(match.set, match.dimensions);
    switch (found) {
      case 'no-such-set':
        return notModelled(`ipset ${match.set}, which was not given`);
      case 'in':
        return answer(!match.inverted);
      case 'not-in':
        return answer(match.inverted);
    }
  },

  describe: (match) =>
    `its ${match.dimensions.join(' and ')} ${match.inverted ? 'is not' : 'is'} in the ipset ${match.set}`,
};
