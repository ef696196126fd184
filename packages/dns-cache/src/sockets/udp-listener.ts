import { networkInterfaces } from 'node:os';
import type { Endpoint } from '../address.ts';
import { systemCalls } from '../loop/system-calls.ts';
import { ANY_ADDRESS, covers, familyOf, IPV4_ANY, isGeneral } from '../plugin/listen-address.ts';
import { ListenError } from './listen-error.ts';
import type { BindDatagrams, BoundSocket, DatagramTaker, Listener } from './listener.ts';
import { bindOnLoop } from './udp-loop-socket.ts';
import { bindOnNode } from './udp-node-socket.ts';

export interface UdpListener extends Listener {
  /** What its sockets are bound to, each. */
  readonly addresses: ReadonlySet<string>;
}

/** By our own loop where that is possible. Another one of ours may be bound to more of the port, or to less; TCP keeps others from it. */
export const bindDatagrams: BindDatagrams = async (endpoint) => {
  const calls = systemCalls();
  return (calls && bindOnLoop(calls, endpoint)) ?? (await bindOnNode(endpoint));
};

/** The machine's addresses; a link-local one is only an address together with its interface. */
const machineAddresses = (): ReadonlySet<string> =>
  new Set(
    Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
      (addresses ?? []).map(({ address }) => (address.startsWith('fe80:') ? `${address}%${name}` : address)),
    ),
  );

/** An address may go between being listed and being bound, or not be ready yet; the general socket serves it then. */
const bindIfThere = async (endpoint: Endpoint, bind: BindDatagrams): Promise<readonly BoundSocket[]> => {
  try {
    return [await bind(endpoint)];
  } catch (error) {
    if (error instanceof ListenError && error.code === 'EADDRNOTAVAIL') return [];
    throw error;
  }
};

/**
 * For all addresses there is a socket for each that the machine has, so that an answer comes from the address that was
 * asked (RFC 2181 §4.1), and one for those that come later.
 */
const socketsFor = async (endpoint: Endpoint, bind: BindDatagrams): Promise<readonly BoundSocket[]> => {
  const { address, port } = endpoint;
  if (!isGeneral(address)) return [await bind(endpoint)];
  const own = [...machineAddresses()].filter((one) => covers(address, one));
  const general = address === ANY_ADDRESS ? [...new Set([IPV4_ANY, ...own.map(familyOf)])] : [address];
  const opened: BoundSocket[] = [];
  try {
    for (const one of general) opened.push(await bind({ address: one, port }));
    for (const one of own) opened.push(...(await bindIfThere({ address: one, port }, bind)));
  } catch (error) {
    for (const socket of opened) socket.close();
    throw error;
  }
  return opened;
};

/** @throws ListenError */
export const listenUdp = async (endpoint: Endpoint, taker: DatagramTaker, bind: BindDatagrams): Promise<UdpListener> => {
  const sockets = await socketsFor(endpoint, bind);
  for (const socket of sockets) socket.listen(taker);
  return {
    addresses: new Set(sockets.map(({ address }) => address)),
    pause() {
      for (const socket of sockets) socket.pause();
    },
    close() {
      for (const socket of sockets) socket.close();
    },
  };
};
