import type { Address } from '@nodelocal/netfilter-sim';
import { addressBits, addressWidth, familyOf } from '@nodelocal/netfilter-sim';
import type { ServiceProtocol } from '../../kubernetes/objects.ts';
import type { VerdictElement } from './table.ts';

const NUMBERS: Readonly<Record<ServiceProtocol, number>> = { TCP: 6, UDP: 17, SCTP: 132 };

const hex = (bits: bigint | number, bytes: number): string => bits.toString(16).padStart(bytes * 2, '0');

const backwards = (digits: string): string => (digits.match(/../g) ?? []).toReversed().join('');

/**
 * One for each place that a map can speak of. Their order as text is the order that nft 1.0.6 lists them in: it takes address,
 * protocol and port, as they go over the wire, for one number in the byte order of the machine (src/expression.c,
 * concat_expr_msort_value), and nodes are little-endian: so the port's second byte counts most.
 */
export const elementKey = ({ address, protocol, port }: Pick<VerdictElement, 'address' | 'protocol' | 'port'>): string => {
  const front = address === undefined ? '' : hex(addressBits(address), addressWidth(familyOf(address)) / 8);
  return backwards(`${front}${hex(NUMBERS[protocol], 1)}${hex(port, 2)}`);
};

/** By number: of one family. */
export const byAddress = (one: Address, other: Address): number => {
  const [first, second] = [addressBits(one), addressBits(other)];
  return first < second ? -1 : Number(first > second);
};
