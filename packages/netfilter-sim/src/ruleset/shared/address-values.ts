import { addressBits, addressFromBits, addressWidth, anyAddress, familyOf, readAddress } from '../../packet/address.ts';
import type { Address, Family } from '../../packet/address.ts';
import { lengthOfMask, prefixMask } from '../../packet/prefix.ts';
import { readBounded } from './numbers.ts';

/** An address of which only the bits of the mask count; the mask may have holes, the address bits outside it. */
export interface AddressAndMask {
  readonly address: Address;
  readonly mask: bigint;
}

export const wholeMask = (family: Family): bigint => prefixMask(family, addressWidth(family));

/** Octets as numbers in any base; fewer than four are filled up with zeros (`10/8`), as iptables does. */
const readShortIpv4 = (text: string): Address | undefined => {
  const octets = text.split('.');
  if (octets.length > 4) return undefined;
  let bits = 0n;
  for (let index = 0; index < 4; index += 1) {
    const octet = index < octets.length ? readBounded(octets[index] ?? '', { min: 0, max: 255 }) : 0;
    if (octet === undefined) return undefined;
    bits = bits * 256n + BigInt(octet);
  }
  return addressFromBits('ipv4', bits);
};

export const readAddressOf = (family: Family, text: string): Address | undefined => {
  if (family === 'ipv4') return readShortIpv4(text);
  const found = readAddress(text);
  return found !== undefined && familyOf(found) === 'ipv6' ? found : undefined;
};

/** An address as inet_aton reads it: the last number fills the rest (`10.1` is 10.0.0.1). */
export const readHost = (family: Family, text: string): Address | undefined => {
  const numbers = text.split('.');
  if (family === 'ipv6' || numbers.length > 4) return readAddressOf(family, text);
  let bits = 0n;
  for (const [index, number] of numbers.entries()) {
    const last = index === numbers.length - 1;
    const width = last ? 8 * (5 - numbers.length) : 8;
    const value = readBounded(number, { min: 0, max: 2 ** width - 1 });
    if (value === undefined) return undefined;
    bits = (bits << BigInt(width)) | BigInt(value);
  }
  return addressFromBits('ipv4', bits);
};

/**
 * `HOST/LENGTH` or `HOST/MASK` as the options of many matches take it (XTTYPE_HOSTMASK of libxtables
 * 1.8.9): bits outside the mask stay, and a mask with holes counts as whole.
 */
export const readHostAndMask = (family: Family, text: string): AddressAndMask | undefined => {
  const [name = '', maskText, ...more] = text.split('/');
  if (more.length > 0) return undefined;
  const address = readHost(family, name);
  const mask = maskText === undefined ? wholeMask(family) : readHostMask(family, maskText);
  if (address === undefined || mask === undefined) return undefined;
  return { address, mask: lengthOfMask(family, mask) === undefined ? wholeMask(family) : mask };
};

/** A prefix length, or a mask that the resolver reads: what is too long for the one is taken for the other. */
const readHostMask = (family: Family, text: string): bigint | undefined => {
  const length = readBounded(text, { min: 0, max: addressWidth(family) });
  if (length !== undefined) return prefixMask(family, length);
  const mask = readHost(family, text);
  return mask === undefined ? undefined : addressBits(mask);
};

/**
 * A prefix length as a number or a mask. One with holes counts as whole where the type of the option is
 * XTTYPE_PLENMASK, and is refused where that is XTTYPE_PLEN.
 */
export const readPrefixLength = (
  family: Family,
  text: string,
  withHoles: 'whole' | 'refused' = 'whole',
): number | undefined => {
  const mask = readHostMask(family, text);
  if (mask === undefined) return undefined;
  return lengthOfMask(family, mask) ?? (withHoles === 'whole' ? addressWidth(family) : undefined);
};

/** A prefix length or a mask written as an address. */
const readMask = (family: Family, text: string): bigint | undefined => {
  const dotted = text.includes(family === 'ipv4' ? '.' : ':') ? readAddress(text) : undefined;
  if (dotted !== undefined && familyOf(dotted) === family) return addressBits(dotted);
  const length = readBounded(text, { min: 0, max: addressWidth(family) });
  return length === undefined ? undefined : prefixMask(family, length);
};

/**
 * `ADDRESS`, `ADDRESS/LENGTH` or `ADDRESS/MASK`; bits outside the mask are cleared. What is
 * no short form (`10.1` is 10.1.0.0) is read as the resolver reads numbers (`1001` is 0.0.3.233).
 */
export const readAddressAndMask = (family: Family, text: string): AddressAndMask | undefined => {
  const slash = text.lastIndexOf('/');
  const name = slash < 0 ? text : text.slice(0, slash);
  const mask = slash < 0 ? wholeMask(family) : readMask(family, text.slice(slash + 1));
  // Nobody looks at a name whose bits do not count: `any/0` is one.
  const found = mask === 0n ? anyAddress(family) : (readAddressOf(family, name) ?? readHost(family, name));
  if (found === undefined || mask === undefined) return undefined;
  return { address: addressFromBits(family, addressBits(found) & mask), mask };
};

/** `/24`, or the mask itself where it has holes. */
const printMask = (family: Family, mask: bigint): string => {
  const length = lengthOfMask(family, mask);
  return length === undefined ? addressFromBits(family, mask) : `${length}`;
};

export const printAddressAndMask = ({ address, mask }: AddressAndMask): string =>
  `${address}/${printMask(familyOf(address), mask)}`;

/** The address alone where the mask is whole. */
export const printAddressOrMask = (value: AddressAndMask): string =>
  value.mask === wholeMask(familyOf(value.address)) ? value.address : printAddressAndMask(value);

export const liesIn = (address: Address, test: AddressAndMask): boolean => {
  return ((addressBits(address) ^ addressBits(test.address)) & test.mask) === 0n;
};

/** Both ends belong to it. */
export interface AddressInterval {
  readonly min: Address;
  readonly max: Address;
}

/** `FROM-TO` or a single address. */
export const readAddressInterval = (family: Family, text: string): AddressInterval | undefined => {
  const dash = text.indexOf('-');
  const min = readAddressOf(family, dash < 0 ? text : text.slice(0, dash));
  const max = dash < 0 ? min : readAddressOf(family, text.slice(dash + 1));
  return min === undefined || max === undefined ? undefined : { min, max };
};

export const printAddressInterval = ({ min, max }: AddressInterval): string => (min === max ? min : `${min}-${max}`);
