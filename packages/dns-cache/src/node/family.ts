import { addressOctets } from '../address.ts';

export type Family = 'ipv4' | 'ipv6';

export const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];

/** An IPv6 address that stands for an IPv4 one is of that family, as Go's net.IP has it. */
export const familyOf = (address: string): Family => (addressOctets(address)?.length === 4 ? 'ipv4' : 'ipv6');

/** The bits of one address as a network. */
export const HOST_BITS: Readonly<Record<Family, number>> = { ipv4: 32, ipv6: 128 };
