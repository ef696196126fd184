import { printAddressAndMask, readAddressAndMask } from '../../shared/address-values.ts';
import type { RuleScope, WrittenOption } from '../extension/extension.ts';
import { refuse, requireOption, valueOf } from '../extension/option-values.ts';

/** Two IPv6 prefixes as they are printed. */
export interface PrefixPair {
  readonly from: string;
  readonly to: string;
}

const readOne = (option: WrittenOption): string => {
  const found = readAddressAndMask('ipv6', valueOf(option));
  return found === undefined || !valueOf(option).includes('/')
    ? refuse(option, 'an ipv6 prefix, PREFIX/LENGTH')
    : printAddressAndMask(found);
};

export const readPrefixPair = (options: readonly WrittenOption[], scope: RuleScope): PrefixPair => ({
  from: readOne(requireOption(options, '--src-pfx', scope, 'PREFIX/LENGTH')),
  to: readOne(requireOption(options, '--dst-pfx', scope, 'PREFIX/LENGTH')),
});

export const printPrefixPair = ({ from, to }: PrefixPair): string => `--src-pfx ${from} --dst-pfx ${to}`;
