import * as fc from 'fast-check';
import { addressFromBits, addressWidth } from '../packet/address.ts';
import type { Address, Family } from '../packet/address.ts';
import { port } from '../packet/port.ts';
import type { Port } from '../packet/port.ts';
import { prefixOf } from '../packet/prefix.ts';
import type { Prefix } from '../packet/prefix.ts';

/** Every address of a family, in canonical form. Shrinks towards the lowest one, `0.0.0.0` or `::`. */
export const addresses = (family: Family): fc.Arbitrary<Address> =>
  fc.bigInt({ min: 0n, max: (1n << BigInt(addressWidth(family))) - 1n }).map((bits) => addressFromBits(family, bits));

/** Every network of a family, its host bits cleared. Shrinks towards the network of all addresses. */
export const prefixes = (family: Family): fc.Arbitrary<Prefix> =>
  fc.tuple(addresses(family), fc.integer({ min: 0, max: addressWidth(family) })).map(([address, length]) => prefixOf(address, length));

/** Every port, 0 to 65535. Shrinks towards 0. */
export const ports = (): fc.Arbitrary<Port> => fc.integer({ min: 0, max: 65_535 }).map(port);
