import type { Endpoint } from '../address.ts';
import type { Scheme } from '../corefile/zone.ts';

/** All addresses of the machine. */
export const ANY_ADDRESS = '';

/** Where a server listens, and what it speaks there. */
export interface ListenAddress extends Endpoint {
  readonly scheme: Scheme;
}
