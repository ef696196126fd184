import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { is, not, requireOption } from '../extension/option-values.ts';
import { printTos, readTos } from '../extension/type-of-service.ts';
import type { TosAndMask } from '../extension/type-of-service.ts';

/** The type of service octet, masked (net/netfilter/xt_dscp.c, tos_mt). */
export interface TosMatch extends TosAndMask {
  readonly kind: 'tos';
  readonly inverted: boolean;
}

export const tos: MatchModule<'tos', TosMatch> = {
  name: 'tos',
  steady: 'while-unchanged',
  options: { '--tos': { values: 1, invertible: true } },

  parse(options, scope) {
    const option = requireOption(options, '--tos', scope, 'VALUE/MASK');
    return { kind: 'tos', ...readTos(option, 0xff), inverted: option.inverted };
  },

  print: (match) => `${not(match.inverted)}--tos ${printTos(match)}`,
  evaluate: ({ value, mask, inverted }, { packet }) => answer(((packet.tos & mask) === value) !== inverted),
  describe: (match) => `its type of service ${is(match.inverted)} ${printTos(match)}`,
};
