import type { Endpoint } from '../address.ts';
import { endpointText } from '../address.ts';
import type { ExtendedError } from './extended-error.ts';
import { EXTENDED_ERROR } from './extended-error.ts';
import type { Asked } from './query.ts';

/** The version of EDNS by which one asks for it. There is none, so that other servers say BADVERS at once too (RFC 6891 §6.1.3). */
export const WAY_VERSION = 254;

/** Between which addresses a query came, as who took it sees it: asked by one and sent to the other, unless something translates. */
export const wayText = (client: Endpoint, local: Endpoint): string => `asked by ${endpointText(client)} at ${endpointText(local)}`;

/** Said with BADVERS, before zones and plugins are looked at. */
export const wayErrors = ({ edns }: Asked, client: Endpoint, local: Endpoint): readonly ExtendedError[] =>
  edns?.version === WAY_VERSION ? [{ code: EXTENDED_ERROR.NOT_SUPPORTED, text: wayText(client, local) }] : [];
