import { printAddressAndMask, readHostAndMask } from '../../shared/address-values.ts';
import type { MatchModule, WrittenOption } from '../extension/extension.ts';
import { not, numberValue, refuse, valueOf } from '../extension/option-values.ts';

/** IPv6's segment routing header (net/ipv6/netfilter/ip6t_srh.c). */
export interface SrhMatch {
  readonly kind: 'srh';
  /** Each option as it is printed, in that order. */
  readonly tests: readonly { readonly name: string; readonly value: string; readonly inverted: boolean }[];
}

const invertible = { values: 1, invertible: true } as const;

const ADDRESSES: ReadonlySet<string> = new Set(['--srh-psid', '--srh-nsid', '--srh-lsid']);

const OPTIONS = {
  '--srh-next-hdr': invertible,
  '--srh-hdr-len-eq': invertible,
  '--srh-hdr-len-gt': invertible,
  '--srh-hdr-len-lt': invertible,
  '--srh-segs-left-eq': invertible,
  '--srh-segs-left-gt': invertible,
  '--srh-segs-left-lt': invertible,
  '--srh-last-entry-eq': invertible,
  '--srh-last-entry-gt': invertible,
  '--srh-last-entry-lt': invertible,
  '--srh-tag': invertible,
  '--srh-psid': invertible,
  '--srh-nsid': invertible,
  '--srh-lsid': invertible,
} as const;

const readValue = (option: WrittenOption): string => {
  if (!ADDRESSES.has(option.name)) {
    return `${numberValue(option, { min: 0, max: option.name === '--srh-tag' ? 65535 : 255 })}`;
  }
  // Bits outside the mask stay as they were written.
  const found = readHostAndMask('ipv6', valueOf(option));
  return found === undefined ? refuse(option, 'an ipv6 address or prefix') : printAddressAndMask(found);
};

/** Of the options that ask the same for equal, more or less the last gives its number to all (libip6t_srh.c, 1.8.9). */
const valueAmong = (options: readonly WrittenOption[], option: WrittenOption): string => {
  const asked = option.name.replace(/-(?:eq|gt|lt)$/, '');
  const values = options.filter(({ name }) => name.replace(/-(?:eq|gt|lt)$/, '') === asked).map(readValue);
  return values.at(-1) ?? readValue(option);
};

export const srh: MatchModule<'srh', SrhMatch> = {
  name: 'srh',
  family: 'ipv6',
  options: OPTIONS,
  parse: (options) => ({
    kind: 'srh',
    tests: Object.keys(OPTIONS).flatMap((name) =>
      options
        .filter((option) => option.name === name)
        .map((option) => ({ name, value: valueAmong(options, option), inverted: option.inverted })),
    ),
  }),
  print: ({ tests }) => tests.map(({ name, value, inverted }) => `${not(inverted)}${name} ${value}`).join(' '),
  // Packets of the model have no extension headers, and without one the kernel says no.
  evaluate: () => 'no-match',
  describe: () => 'it has a segment routing header',
};
