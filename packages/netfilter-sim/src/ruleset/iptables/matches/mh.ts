import { protocolOf } from '../../../packet/packet.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { printInterval, readBounded } from '../../shared/numbers.ts';
import type { Interval } from '../../shared/numbers.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule, WrittenOption } from '../extension/extension.ts';
import { findOption, is, not, refuse, valueOf } from '../extension/option-values.ts';

/** Mobile IPv6 messages (net/ipv6/netfilter/ip6t_mh.c). */
export interface MhMatch {
  readonly kind: 'mh';
  readonly types: Interval;
  readonly inverted: boolean;
}

const MOBILITY = 135;

/** Names by number (libip6t_mh.c, iptables 1.8.9). */
const NAMES: readonly (readonly [number: number, ...names: readonly string[]])[] = [
  [0, 'binding-refresh-request', 'brr'],
  [1, 'home-test-init', 'hoti'],
  [2, 'careof-test-init', 'coti'],
  [3, 'home-test', 'hot'],
  [4, 'careof-test', 'cot'],
  [5, 'binding-update', 'bu'],
  [6, 'binding-acknowledgement', 'ba'],
  [7, 'binding-error', 'be'],
];

/** A whole name, or else the first that begins so (name_to_type of libip6t_mh.c, 1.8.9). */
const byName = (text: string): number | undefined => {
  const written = text.toLowerCase();
  const named = NAMES.find(([, ...names]) => names.includes(written)) ?? NAMES.find(([, ...names]) => names.some((name) => name.startsWith(written)));
  return written === '' ? undefined : named?.[0];
};

const readType = (option: WrittenOption, text: string): number =>
  readBounded(text, { min: 0, max: 255 }) ??
  byName(text) ??
  refuse(option, 'a type by name or number, or a range LOW:HIGH');

export const mh: MatchModule<'mh', MhMatch> = {
  name: 'mh',
  notModelledFor: 'types',
  family: 'ipv6',
  // IPPROTO_MH, mobility for IPv6.
  loadedBy: 135,
  options: { '--mh-type': { values: 1, invertible: true } },
  placement: () => ({ protocols: [MOBILITY] }),

  parse(options) {
    const option = findOption(options, '--mh-type');
    if (option === undefined) return { kind: 'mh', types: { min: 0, max: 255 }, inverted: false };
    const [low = '', high, ...more] = valueOf(option).split(':');
    if (more.length > 0) refuse(option, 'a type or a range LOW:HIGH');
    const min = low === '' ? 0 : readType(option, low);
    const max = high === undefined ? min : high === '' ? 255 : readType(option, high);
    if (min > max) refuse(option, 'LOW not above HIGH');
    return { kind: 'mh', types: { min, max }, inverted: option.inverted };
  },

  print: ({ types, inverted }) =>
    types.min === 0 && types.max === 255 ? '' : `${not(inverted)}--mh-type ${printInterval(types)}`,

  evaluate({ types, inverted }, { packet }) {
    if (protocolOf(packet) !== MOBILITY || packet.fragment === 'later') return 'no-match';
    const all = types.min === 0 && types.max === 255;
    return all ? answer(!inverted) : notModelled('the type of a mobility message');
  },

  describe: ({ types, inverted }) => `its mobility type ${is(inverted)} ${printInterval(types, '–')}`,
};
