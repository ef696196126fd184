import type { Endpoint } from '../address.ts';
import { endpointText } from '../address.ts';
import type { Journal, OwedQuery } from './journal.ts';
import type { SystemCalls } from './system-calls.ts';

/*
 * A process may have its sockets from the one that started it. They are open as long as that one is: what comes while nobody
 * reads waits in them, and whoever is started next finds it there.
 */

/** A socket that was bound, and for TCP listens, before this process began. */
export interface InheritedSocket {
  /** Its place among all of them, for the journal. */
  readonly place: number;
  readonly transport: 'udp' | 'tcp';
  readonly endpoint: Endpoint;
  readonly fd: number;
}

let inherited: readonly InheritedSocket[] = [];
let journal: Journal | undefined;
const asked = new Set<InheritedSocket>();

/** These are there from here on, for all who ask for one at such an address. */
export const inheritSockets = (sockets: readonly InheritedSocket[]): void => {
  inherited = sockets;
};

/** What those before owed, and this one will owe, of what came to them over UDP. */
export const inheritJournal = (opened: Journal): void => {
  journal = opened;
};

/** The journal of the inherited socket at this address; what was owed there is given once. */
export interface SocketJournal {
  readonly put: (names: Uint8Array, nameAt: number, nameOctets: number, query: Uint8Array) => number;
  readonly settle: (slot: number) => void;
  readonly owed: readonly OwedQuery[];
}

const taken = new Set<OwedQuery>();

export const journalAt = (endpoint: Endpoint): SocketJournal | undefined => {
  const socket = inherited.find((one) => one.transport === 'udp' && endpointText(one.endpoint) === endpointText(endpoint))?.place;
  if (journal === undefined || socket === undefined) return undefined;
  const opened = journal;
  const own = opened.owed.filter((one) => one.socket === socket && !taken.has(one));
  for (const one of own) taken.add(one);
  return {
    put: (names, nameAt, nameOctets, query) => opened.put(socket, names, nameAt, nameOctets, query),
    settle: (slot) => opened.settle(slot),
    owed: own,
  };
};

export const hasInherited = (): boolean => inherited.length > 0;

/** A descriptor of one's own: it can be closed, and asked for again. */
const copyOf = (calls: SystemCalls, socket: InheritedSocket): number => {
  asked.add(socket);
  return calls.duplicate(socket.fd);
};

/** Copies of those at this port whose address `isMeant`; -1 where no more descriptors are to be had. */
export const inheritedCopies = (
  calls: SystemCalls,
  transport: InheritedSocket['transport'],
  port: number,
  isMeant: (address: string) => boolean,
): readonly number[] =>
  inherited.filter((one) => one.transport === transport && one.endpoint.port === port && isMeant(one.endpoint.address)).map((one) => copyOf(calls, one));

/** A copy of the one at this address. */
export const inheritedCopy = (calls: SystemCalls, transport: InheritedSocket['transport'], endpoint: Endpoint): number | undefined => {
  const found = inherited.find((one) => one.transport === transport && endpointText(one.endpoint) === endpointText(endpoint));
  return found === undefined ? undefined : copyOf(calls, found);
};

const releaseWhere = (calls: SystemCalls, isMeant: (socket: InheritedSocket) => boolean): readonly InheritedSocket[] => {
  const released = inherited.filter(isMeant);
  for (const { fd } of released) calls.close(fd);
  inherited = inherited.filter((one) => !isMeant(one));
  return released;
};

/** Closes those that nobody asked for: who asks there is to hear that nobody listens. Gives what they were. */
export const releaseUnasked = (calls: SystemCalls): readonly InheritedSocket[] => releaseWhere(calls, (one) => !asked.has(one));

/**
 * Closes all of them; copies go on. While a socket is open that nobody reads, the kernel still gives it its part of what comes to
 * that address, beside those that somebody else opens there (SO_REUSEPORT, socket(7)).
 */
export const releaseInherited = (calls: SystemCalls): void => void releaseWhere(calls, () => true);
