import type { Endpoint } from '../address.ts';
import type { Transport } from '../message/answer.ts';
import { serverLabel } from '../server/listeners.ts';
import type { TcpTimeouts } from './tcp-listener.ts';
import { listenTcp } from './tcp-listener.ts';
import type { Listener, Received } from './udp-listener.ts';
import { listenUdp } from './udp-listener.ts';

/** Where to listen, and how patient to be with connections. */
export interface Wanted {
  readonly endpoint: Endpoint;
  readonly timeouts: TcpTimeouts | undefined;
}

/** The sockets of all listeners, each over UDP and TCP. */
export interface Sockets {
  /**
   * Opens those that are missing, and gives what closes those that are no longer wanted. Sockets that stay are not
   * touched, so that no query is lost. @throws ListenError, with everything as it was
   */
  open(wanted: readonly Wanted[]): Promise<{ readonly closeOthers: () => void }>;
  /** Takes no more queries; those that came can still be answered. */
  pause(): void;
  close(): void;
}

type Pair = readonly Listener[];

export const createSockets = (receive: (transport: Transport) => (received: Received) => void): Sockets => {
  const pairs = new Map<string, Pair>();

  /** TCP first: a UDP port can be shared without anyone noticing, a TCP port cannot. */
  const openPair = async ({ endpoint, timeouts }: Wanted): Promise<Pair> => {
    const tcp = await listenTcp(endpoint, receive('tcp'), timeouts);
    try {
      return [tcp, await listenUdp(endpoint, receive('udp'))];
    } catch (error) {
      tcp.close();
      throw error;
    }
  };

  return {
    async open(wanted) {
      const opened = new Map<string, Pair>();
      try {
        for (const one of wanted) {
          const label = serverLabel(one.endpoint);
          if (!pairs.has(label)) opened.set(label, await openPair(one));
        }
      } catch (error) {
        for (const pair of opened.values()) for (const listener of pair) listener.close();
        throw error;
      }
      for (const [label, pair] of opened) pairs.set(label, pair);
      const labels = new Set(wanted.map(({ endpoint }) => serverLabel(endpoint)));
      return {
        closeOthers() {
          for (const [label, pair] of pairs) {
            if (labels.has(label)) continue;
            pairs.delete(label);
            for (const listener of pair) listener.close();
          }
        },
      };
    },
    pause() {
      for (const pair of pairs.values()) for (const listener of pair) listener.pause();
    },
    close() {
      for (const pair of pairs.values()) for (const listener of pair) listener.close();
      pairs.clear();
    },
  };
};
