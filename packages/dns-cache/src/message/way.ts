import type { Endpoint } from '../address.ts';
import { endpointText } from '../address.ts';
import type { ExtendedError } from './extended-error.ts';
import { EXTENDED_ERROR } from './extended-error.ts';

/**
 * Between which addresses a query came, as who took it sees it: told with BADVERS, which comes before zones and plugins. Whoever
 * asked finds its own address and the one that it asked there, or something on the way translates.
 */
export const wayOf = (client: Endpoint, local: Endpoint): ExtendedError => ({
  code: EXTENDED_ERROR.NOT_SUPPORTED,
  text: `EDNS version; asked by ${endpointText(client)} at ${endpointText(local)}`,
});
