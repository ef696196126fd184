import { addressBits, addressFromBits, addressWidth, familyOf, readAddress } from './address.ts';
import type { Address, Family } from './address.ts';
import { checkText, wholeNumber } from '../range.ts';

/** A network: the addresses whose first `length` bits are those of `address` (host bits are 0). */
export interface Prefix {
  readonly address: Address;
  readonly length: number;
}

/** The mask of `length` leading bits, 0 to 32 or 128, as a number. @throws RangeError for a length that the family does not have */
export const prefixMask = (family: Family, length: number): bigint => {
  const width = addressWidth(family);
  const bits = BigInt(wholeNumber('the length of a prefix', length, 0, width));
  return ((1n << bits) - 1n) << (BigInt(width) - bits);
};

/**
 * The length that a mask stands for; `undefined` for a mask with holes, which iptables allows. `mask` is a number of as many bits
 * as an address of the family has.
 */
export const lengthOfMask = (family: Family, mask: bigint): number | undefined => {
  const width = addressWidth(family);
  for (let length = 0; length <= width; length += 1) {
    if (prefixMask(family, length) === mask) return length;
  }
  return undefined;
};

/**
 * The network of `length` leading bits, 0 to 32 or 128, that an address lies in.
 * @throws RangeError for a length that its family does not have
 */
export const prefixOf = (address: Address, length: number): Prefix => {
  const family = familyOf(address);
  return { address: addressFromBits(family, addressBits(address) & prefixMask(family, length)), length };
};

/**
 * The prefix that a text spells: `10.0.0.0/8`, `10.0.0.1` or `fd00::/8`; host bits are cleared. `undefined` where it is none.
 * @throws TypeError for what is no text
 */
export const readPrefix = (text: string): Prefix | undefined => {
  checkText('text', text);
  const [name = '', lengthText] = text.split('/');
  const found = readAddress(name);
  if (found === undefined) return undefined;
  const width = addressWidth(familyOf(found));
  if (lengthText === undefined) return { address: found, length: width };
  if (!/^\d{1,3}$/.test(lengthText) || Number(lengthText) > width) return undefined;
  return prefixOf(found, Number(lengthText));
};

/** Whether an address lies in a network; one of another family never does. */
export const prefixContains = (prefix: Prefix, address: Address): boolean => {
  const family = familyOf(prefix.address);
  if (familyOf(address) !== family) return false;
  const shift = BigInt(addressWidth(family) - prefix.length);
  return addressBits(address) >> shift === addressBits(prefix.address) >> shift;
};

/** A network as `10.0.0.0/8`. */
export const printPrefix = (prefix: Prefix): string => `${prefix.address}/${prefix.length}`;
