import type { Endpoint } from '../address.ts';
import type { Scheme } from '../corefile/zone.ts';

/** All addresses of the machine. */
export const ANY_ADDRESS = '';

/** All of one family. */
export const IPV4_ANY = '0.0.0.0';
export const IPV6_ANY = '::';

/** Where a server listens, and what it speaks there. */
export interface ListenAddress extends Endpoint {
  readonly scheme: Scheme;
}

/** The one that stands for all addresses of this one's family. */
export const familyOf = (address: string): string => (address.includes(':') ? IPV6_ANY : IPV4_ANY);

/** Does it stand for more than itself? */
export const isGeneral = (address: string): boolean => [ANY_ADDRESS, IPV4_ANY, IPV6_ANY].includes(address);

/** Does a socket bound to `general` get what is sent to `address`, unless another one is bound to that? */
export const covers = (general: string, address: string): boolean =>
  general !== address && (general === ANY_ADDRESS || (isGeneral(general) && address !== ANY_ADDRESS && general === familyOf(address)));
