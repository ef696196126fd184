import { InputError } from '../../../error.ts';
import type { Address } from '../../../packet/address.ts';
import { readAddressOf } from '../../shared/address-values.ts';
import { printInterval, UINT32_MAX } from '../../shared/numbers.ts';
import type { Interval } from '../../shared/numbers.ts';
import type { MatchModule, WrittenOption } from '../extension/extension.ts';
import { findOption, hasOption, intervalValue, is, isWhole, not, numberValue, refuse, valueOf } from '../extension/option-values.ts';

/** IPv6's routing header (net/ipv6/netfilter/ip6t_rt.c). */
export interface RtMatch {
  readonly kind: 'rt';
  readonly type?: { readonly number: number; readonly inverted: boolean };
  readonly segmentsLeft?: { readonly range: Interval; readonly inverted: boolean };
  readonly length?: { readonly bytes: number; readonly inverted: boolean };
  readonly reservedIsZero: boolean;
  readonly addresses: readonly Address[];
  readonly notStrict: boolean;
}

const invertible = { values: 1, invertible: true } as const;
const WORD: Interval = { min: 0, max: UINT32_MAX };
const flag = { values: 0, invertible: false } as const;
/** IP6T_RT_HOPS. */
const ADDRESSES_MAX = 16;

const readAddresses = (option: WrittenOption): readonly Address[] => {
  const listed = valueOf(option).split(',');
  if (listed.length > ADDRESSES_MAX) refuse(option, `at most ${ADDRESSES_MAX} addresses`);
  return listed.map((text) => readAddressOf('ipv6', text) ?? refuse(option, 'a comma list of ipv6 addresses'));
};

export const rt: MatchModule<'rt', RtMatch> = {
  name: 'rt',
  family: 'ipv6',
  options: {
    '--rt-type': invertible,
    '--rt-segsleft': invertible,
    '--rt-len': invertible,
    '--rt-0-res': flag,
    '--rt-0-addrs': { values: 1, invertible: false },
    '--rt-0-not-strict': flag,
  },

  parse(options) {
    const type = findOption(options, '--rt-type');
    const segments = findOption(options, '--rt-segsleft');
    const length = findOption(options, '--rt-len');
    const addresses = findOption(options, '--rt-0-addrs');
    const number = type === undefined ? undefined : numberValue(type, WORD);
    const ofType0 = options.find(({ name }) => name.startsWith('--rt-0-'));
    if (ofType0 !== undefined && (number !== 0 || type?.inverted === true)) {
      throw new InputError(ofType0.position, `${ofType0.name} is for type 0`, 'add --rt-type 0');
    }
    const notStrict = findOption(options, '--rt-0-not-strict');
    if (notStrict !== undefined && addresses === undefined) {
      throw new InputError(notStrict.position, '--rt-0-not-strict needs addresses', 'add --rt-0-addrs');
    }
    return {
      kind: 'rt',
      ...(type === undefined || number === undefined ? {} : { type: { number, inverted: type.inverted } }),
      ...(segments === undefined
        ? {}
        : { segmentsLeft: { range: intervalValue(segments, WORD), inverted: segments.inverted } }),
      ...(length === undefined ? {} : { length: { bytes: numberValue(length, WORD), inverted: length.inverted } }),
      reservedIsZero: hasOption(options, '--rt-0-res'),
      addresses: addresses === undefined ? [] : readAddresses(addresses),
      notStrict: notStrict !== undefined,
    };
  },

  print: (match) =>
    [
      ...(match.type === undefined ? [] : [`${not(match.type.inverted)}--rt-type ${match.type.number}`]),
      ...(match.segmentsLeft === undefined || isWhole(match.segmentsLeft.range, WORD)
        ? []
        : [`${not(match.segmentsLeft.inverted)}--rt-segsleft ${printInterval(match.segmentsLeft.range)}`]),
      ...(match.length === undefined ? [] : [`${not(match.length.inverted)}--rt-len ${match.length.bytes}`]),
      ...(match.reservedIsZero ? ['--rt-0-res'] : []),
      ...(match.addresses.length === 0 ? [] : [`--rt-0-addrs ${match.addresses.join(',')}`]),
      ...(match.notStrict ? ['--rt-0-not-strict'] : []),
    ].join(' '),

  // Packets of the model have no extension headers, and without one the kernel says no.
  evaluate: () => 'no-match',
  describe: (match) =>
    `it has a routing header${match.type === undefined ? '' : ` whose type ${is(match.type.inverted)} ${match.type.number}`}`,
};
