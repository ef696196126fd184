import { notModelled } from '../../shared/not-modelled.ts';
import { printInterval, UINT32_MAX } from '../../shared/numbers.ts';
import type { Interval } from '../../shared/numbers.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { excludeTogether, findOption, hasOption, intervalValue, is, isWhole, not, numberValue } from '../extension/option-values.ts';

/** IPv6's fragment header (net/ipv6/netfilter/ip6t_frag.c). */
export interface FragMatch {
  readonly kind: 'frag';
  readonly ids?: { readonly range: Interval; readonly inverted: boolean };
  readonly length?: { readonly bytes: number; readonly inverted: boolean };
  readonly reservedIsZero: boolean;
  readonly first: boolean;
  readonly more: boolean;
  readonly last: boolean;
}

const WORD: Interval = { min: 0, max: UINT32_MAX };
const flag = { values: 0, invertible: false } as const;

export const frag: MatchModule<'frag', FragMatch> = {
  name: 'frag',
  notModelledFor: 'all but whether it is a fragment, and the first',
  family: 'ipv6',
  options: {
    '--fragid': { values: 1, invertible: true },
    '--fraglen': { values: 1, invertible: true },
    '--fragres': flag,
    '--fragfirst': flag,
    '--fragmore': flag,
    '--fraglast': flag,
  },

  parse(options) {
    excludeTogether(options, ['--fragmore', '--fraglast']);
    const [id, length] = [findOption(options, '--fragid'), findOption(options, '--fraglen')];
    return {
      kind: 'frag',
      ...(id === undefined ? {} : { ids: { range: intervalValue(id, WORD), inverted: id.inverted } }),
      ...(length === undefined ? {} : { length: { bytes: numberValue(length, WORD), inverted: length.inverted } }),
      reservedIsZero: hasOption(options, '--fragres'),
      first: hasOption(options, '--fragfirst'),
      more: hasOption(options, '--fragmore'),
      last: hasOption(options, '--fraglast'),
    };
  },

  print: (match) =>
    [
      ...(match.ids === undefined || isWhole(match.ids.range, WORD) ? [] : [`${not(match.ids.inverted)}--fragid ${printInterval(match.ids.range)}`]),
      ...(match.length === undefined ? [] : [`${not(match.length.inverted)}--fraglen ${match.length.bytes}`]),
      ...(match.reservedIsZero ? ['--fragres'] : []),
      ...(match.first ? ['--fragfirst'] : []),
      ...(match.more ? ['--fragmore'] : []),
      ...(match.last ? ['--fraglast'] : []),
    ].join(' '),

  evaluate(match, { packet }) {
    if (packet.fragment === undefined) return 'no-match';
    if (match.first && packet.fragment !== 'first') return 'no-match';
    const asksMore = match.ids !== undefined || match.length !== undefined || match.more || match.last;
    return asksMore ? notModelled('the fields of a fragment header') : answer(true);
  },

  describe: (match) =>
    `it is ${match.first ? 'the first' : match.last ? 'the last' : 'a'} fragment` +
    (match.ids === undefined ? '' : ` whose id ${is(match.ids.inverted)} ${printInterval(match.ids.range, '–')}`),
};
