import type { Endpoint } from '../address.ts';
import { endpointText } from '../address.ts';
import type { Position } from '../corefile/error.ts';

/** A host whose addresses have to be known before the server is built. */
export interface HostLookup {
  /** Its name, as the Corefile writes it. */
  readonly host: string;
  /** Who is asked, one after the other; none is the system. */
  readonly resolvers: readonly Endpoint[];
  /** Where there is such a file, that is meant, and nobody need be asked; `undefined`: it can be none. */
  readonly unlessFile: string | undefined;
  readonly position: Position;
}

type Host = Pick<HostLookup, 'host' | 'resolvers'>;

/** What was found, by `hostKey`. */
export type HostAddresses = ReadonlyMap<string, readonly string[]>;

/** A host with those who are asked for it, as one text. */
export const hostKey = ({ host, resolvers }: Host): string => [host.toLowerCase(), ...resolvers.map(endpointText)].join(' ');
