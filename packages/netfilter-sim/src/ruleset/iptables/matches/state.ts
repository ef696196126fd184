import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { is, namesValue, not, requireOption } from '../extension/option-values.ts';
import { holdsState } from './connection-state.ts';

/** The old name for `conntrack --ctstate`, without the states of translation. */
const STATES = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED'] as const;

export interface StateMatch {
  readonly kind: 'state';
  readonly states: readonly (typeof STATES)[number][];
  readonly inverted: boolean;
}

export const state: MatchModule<'state', StateMatch> = {
  name: 'state',
  needsConntrack: () => true,
  steady: 'while-unchanged',
  options: { '--state': { values: 1, invertible: true } },

  parse(options, scope) {
    const option = requireOption(options, '--state', scope, 'STATE,…');
    return { kind: 'state', states: namesValue(option, STATES), inverted: option.inverted };
  },

  print: (match) => `${not(match.inverted)}--state ${match.states.join(',')}`,
  evaluate: (match, { conntrack }) => answer(holdsState(conntrack, match.states) !== match.inverted),
  describe: (match) => `the connection state ${is(match.inverted)} ${match.states.join(' or ')}`,
};
