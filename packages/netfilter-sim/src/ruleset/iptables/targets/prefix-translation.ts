import { addressBits } from '../../../packet/address.ts';
import { lengthOfMask } from '../../../packet/prefix.ts';
import { printAddressAndMask, readHostAndMask } from '../../shared/address-values.ts';
import type { RuleScope, WrittenOption } from '../extension/extension.ts';
import { refuse, requireOption, valueOf } from '../extension/option-values.ts';

/** Two IPv6 prefixes as they are printed; one of length 0 is not. */
export interface PrefixPair {
  readonly from: string;
  readonly to: string;
}

const EVERYTHING = '::/0';
const LENGTH_MAX = 64;

/** ip6t_npt_checkentry (net/ipv6/netfilter/ip6t_NPT.c, 6.12) wants nothing behind the prefix. */
const readOne = (option: WrittenOption): string => {
  const found = readHostAndMask('ipv6', valueOf(option)) ?? refuse(option, 'an ipv6 prefix, PREFIX/LENGTH');
  const length = lengthOfMask('ipv6', found.mask) ?? 0;
  const exact = (addressBits(found.address) & ~found.mask) === 0n;
  return exact && length <= LENGTH_MAX
    ? printAddressAndMask(found)
    : refuse(option, `an ipv6 prefix of at most ${LENGTH_MAX} bits, the others 0`);
};

export const readPrefixPair = (options: readonly WrittenOption[], scope: RuleScope): PrefixPair => ({
  from: readOne(requireOption(options, '--src-pfx', scope, 'PREFIX/LENGTH')),
  to: readOne(requireOption(options, '--dst-pfx', scope, 'PREFIX/LENGTH')),
});

export const printPrefixPair = ({ from, to }: PrefixPair): string =>
  [...(from === EVERYTHING ? [] : [`--src-pfx ${from}`]), ...(to === EVERYTHING ? [] : [`--dst-pfx ${to}`])].join(' ');
