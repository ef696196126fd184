import { InputError } from '../../../error.ts';
import { UINT32_MAX } from '../../shared/numbers.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { findOption, not, numberValue, refuse, requireOption, valueOf } from '../extension/option-values.ts';

/** Some of the packets, by chance or by count (net/netfilter/xt_statistic.c). */
export interface StatisticMatch {
  readonly kind: 'statistic';
  readonly mode:
    | { readonly kind: 'random'; /** In 2^-31: what the kernel stores. */ readonly numerator: number }
    | { readonly kind: 'nth'; readonly every: number; readonly packet: number };
  readonly inverted: boolean;
}

const DENOMINATOR = 2 ** 31;

const readProbability = (text: string): number | undefined => {
  const probability = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : -1;
  return probability >= 0 && probability <= 1 ? probability : undefined;
};

export const statistic: MatchModule<'statistic', StatisticMatch> = {
  name: 'statistic',
  options: {
    '--mode': { values: 1, invertible: false },
    '--probability': { values: 1, invertible: true },
    '--every': { values: 1, invertible: true },
    '--packet': { values: 1, invertible: false },
  },

  parse(options, scope) {
    const mode = requireOption(options, '--mode', scope, 'random or nth');
    switch (valueOf(mode)) {
      case 'random': {
        const option = requireOption(options, '--probability', scope, 'P');
        const probability = readProbability(valueOf(option)) ?? refuse(option, 'a number from 0 to 1');
        return {
          kind: 'statistic',
          mode: { kind: 'random', numerator: Math.round(probability * DENOMINATOR) },
          inverted: option.inverted,
        };
      }
      case 'nth': {
        const option = requireOption(options, '--every', scope, 'N');
        const packet = requireOption(options, '--packet', scope, 'P');
        const every = numberValue(option, { min: 1, max: UINT32_MAX });
        if (findOption(options, '--probability') !== undefined) {
          throw new InputError(scope.position, '--probability does not go with --mode nth', 'remove it');
        }
        return {
          kind: 'statistic',
          mode: { kind: 'nth', every, packet: numberValue(packet, { min: 0, max: every - 1 }) },
          inverted: option.inverted,
        };
      }
      default:
        return refuse(mode, 'random or nth');
    }
  },

  print: ({ mode, inverted }) =>
    mode.kind === 'random'
      ? `--mode random ${not(inverted)}--probability ${(mode.numerator / DENOMINATOR).toFixed(11)}`
      : `--mode nth ${not(inverted)}--every ${mode.every} --packet ${mode.packet}`,

  evaluate({ mode, inverted }, context, memoryKey) {
    if (mode.kind === 'random') {
      const certain = mode.numerator === 0 || mode.numerator === DENOMINATOR;
      const hit = certain
        ? mode.numerator > 0
        : context.choose({ kind: 'chance', what: memoryKey, probability: mode.numerator / DENOMINATOR });
      return answer(hit !== inverted);
    }
    // One counter per rule, set so that the first hit is packet number `packet` (statistic_mt).
    const memory = context.memory(memoryKey, () => ({ count: mode.every - 1 - mode.packet }));
    memory.count = memory.count === mode.every - 1 ? 0 : memory.count + 1;
    return answer((memory.count === 0) !== inverted);
  },

  describe({ mode, inverted }) {
    if (mode.kind === 'nth') {
      return `it is ${inverted ? 'not ' : ''}packet ${mode.packet} of each ${mode.every} that get here`;
    }
    const probability = mode.numerator / DENOMINATOR;
    return `chance has it (${(100 * (inverted ? 1 - probability : probability)).toFixed(1)}% of the packets)`;
  },
};
