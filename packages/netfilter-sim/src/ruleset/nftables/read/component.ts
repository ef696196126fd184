import { broken, elements, field, text } from '../../../json/value.ts';
import type { Json } from '../../../json/value.ts';
import { addressBits, addressWidth, familyOf, readAddress } from '../../../packet/address.ts';
import { prefixMask } from '../../../packet/prefix.ts';
import type { Component } from '../values/component.ts';
import { bitsOf, readScalar } from '../values/data-type.ts';
import type { DataType } from '../values/data-type.ts';
import { integer, isObject, named, pair, rawText } from './json.ts';

/** The parts of a value of several types: `{"concat": […]}`, or the value itself where there is one type. */
export const readParts = (json: Json, types: readonly DataType[]): readonly Component[] => {
  const concatenated = isObject(json) && named(json).name === 'concat';
  const parts = concatenated ? elements(named(json).body) : [json];
  if (parts.length !== types.length)
    return broken(json, types.length === 1 ? 'one value' : `${types.length} values, one of each type`);
  return parts.map((part, at) => readComponent(part, types[at] ?? 'integer'));
};

/** One value, prefix or range of a type. */
export const readComponent = (json: Json, type: DataType): Component => {
  const { value } = json;
  if (typeof value === 'string' || typeof value === 'number') return readPlain(json, value, type);
  const { name, body } = named(json);
  switch (name) {
    case 'prefix':
      return readPrefix(body, type);
    case 'range': {
      const [low, high] = pair(body).map((end) => readComponent(end, type));
      return low?.kind === 'value' &&
        high?.kind === 'value' &&
        typeof low.value === 'bigint' &&
        typeof high.value === 'bigint'
        ? readRange(low.value, high.value)
        : { kind: 'unknown', text: rawText(json) };
    }
    default:
      return { kind: 'unknown', text: rawText(json) };
  }
};

/**
 * Of two comparisons in a row, `tcp window < 100 ip ttl > 63`, nft makes one range of the second field
 * (`expr_may_merge_range`, src/netlink_delinearize.c, 1.0.6; 1.1.3 too): what the kernel has is not what it says.
 */
const readRange = (min: bigint, max: bigint): Component =>
  min <= max ? { kind: 'range', min, max } : { kind: 'unknown', text: `${min}-${max}`, why: 'nft made one range of two comparisons, and left out of what the first one is' };

/** nft 1.0.6 does not know the type of a set's elements that are looked for by `ct original proto-dst`, and prints the number so. */
const UNTYPED = /^(0x[\da-f]+) \[invalid type\]$/;

const readPlain = (json: Json, written: string | number, type: DataType): Component => {
  if (type === 'ifname' && typeof written === 'string' && written.endsWith('*')) {
    return { kind: 'begins-with', text: written.slice(0, -1) };
  }
  const [, untyped] = UNTYPED.exec(String(written)) ?? [];
  const value = untyped === undefined ? readScalar(type, written) : BigInt(untyped);
  if (value !== undefined) return { kind: 'value', value };
  // Addresses have one spelling only; what else is a word may be one of a newer nft.
  if (type === 'ipv4_addr' || type === 'ipv6_addr')
    return broken(json, `an ${type === 'ipv4_addr' ? 'IPv4' : 'IPv6'} address`);
  return { kind: 'unknown', text: String(written) };
};

const readPrefix = (json: Json, type: DataType): Component => {
  const at = field(json, 'addr');
  const address = readAddress(text(at)) ?? broken(at, 'an IP address');
  const lengthAt = field(json, 'len');
  const length = integer(lengthAt);
  const family = familyOf(address);
  if (bitsOf(type) !== addressWidth(family)) return broken(at, `an address of ${bitsOf(type)} bits`);
  if (length < 0 || length > addressWidth(family))
    return broken(lengthAt, `a prefix length up to ${addressWidth(family)}`);
  const mask = prefixMask(family, length);
  const min = addressBits(address) & mask;
  return { kind: 'prefix', min, max: min | (mask ^ prefixMask(family, addressWidth(family))), length };
};
