import { plainAddress } from '../../address.ts';
import { familyOf, HOST_BITS } from '../family.ts';
import type { LinkAddress } from './state.ts';

export interface WantedLink {
  readonly name: string;
  /** As `ip link add type` takes it; node-cache's is `dummy`. */
  readonly type: string;
  /** Of both families. */
  readonly addresses: readonly string[];
}

export const prefixText = ({ address, bits }: Pick<LinkAddress, 'address' | 'bits'>): string => `${address}/${bits}`;

/** Each as a network of one address, in canonical spelling, once. */
export const wantedAddresses = ({ addresses }: WantedLink): readonly string[] => [
  ...new Set(addresses.map((address) => `${plainAddress(address)}/${HOST_BITS[familyOf(address)]}`)),
];
