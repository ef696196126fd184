import type { Endpoint } from '../address.ts';
import { endpointText } from '../address.ts';
import type { SystemCalls } from './system-calls.ts';

/*
 * A process may have its sockets from the one that started it. They are open as long as that one is: what comes while nobody
 * reads waits in them, and whoever is started next finds it there.
 */

/** A socket that was bound, and for TCP listens, before this process began. */
export interface InheritedSocket {
  readonly transport: 'udp' | 'tcp';
  readonly endpoint: Endpoint;
  readonly fd: number;
}

let inherited: readonly InheritedSocket[] = [];

/** These are there from here on, for all who ask for one at such an address. */
export const inheritSockets = (sockets: readonly InheritedSocket[]): void => {
  inherited = sockets;
};

export const hasInherited = (): boolean => inherited.length > 0;

/** Those at this port whose address `isMeant`. */
export const inheritedAt = (transport: InheritedSocket['transport'], port: number, isMeant: (address: string) => boolean): readonly InheritedSocket[] =>
  inherited.filter((one) => one.transport === transport && one.endpoint.port === port && isMeant(one.endpoint.address));

/** A descriptor of one's own for the inherited socket at this address: it can be closed, and asked for again. */
export const inheritedCopy = (calls: SystemCalls, transport: InheritedSocket['transport'], endpoint: Endpoint): number | undefined => {
  const found = inherited.find((one) => one.transport === transport && endpointText(one.endpoint) === endpointText(endpoint));
  return found === undefined ? undefined : calls.duplicate(found.fd);
};
