import type { Link } from '../message/link.ts';
import type { ListenAddress } from '../plugin/listen-address.ts';
import type { Timeouts } from '../plugin/timeouts.ts';
import type { ListenerTls } from '../server/listener-tls.ts';
import { serverLabel } from '../server/listeners.ts';
import { listenTcp } from './tcp-listener.ts';
import type { TlsListener } from './tls-listener.ts';
import { listenTls } from './tls-listener.ts';
import type { Listener, Received } from './udp-listener.ts';
import { listenUdp } from './udp-listener.ts';

/** Where to listen, how patient to be with connections, and how to be known to them over TLS. */
export interface Wanted {
  readonly endpoint: ListenAddress;
  readonly timeouts: Timeouts;
  readonly tls: ListenerTls | undefined;
}

/** The sockets of all listeners, each over UDP and TCP, or over TLS. */
export interface Sockets {
  /**
   * Opens those that are missing, and gives what closes those that are no longer wanted. Sockets that stay are not
   * touched, so that no query is lost, but for the certificates that are shown to new connections.
   * @throws ListenError, CorefileError for a certificate that cannot be used, with everything as it was
   */
  open(wanted: readonly Wanted[]): Promise<{ readonly closeOthers: () => void }>;
  /** Shows new connections these certificates. @throws CorefileError where one cannot be used; then all are as before */
  certify(wanted: readonly Wanted[]): void;
  /** Takes no more queries; those that came can still be answered. */
  pause(): void;
  close(): void;
}

/** What listens at one address. */
type Opened =
  | { readonly kind: 'dns'; readonly listeners: readonly Listener[] }
  | { readonly kind: 'tls'; readonly listeners: readonly TlsListener[] };

export const createSockets = (receive: (link: Link['kind']) => (received: Received) => void): Sockets => {
  const opened = new Map<string, Opened>();

  /** TCP first: a UDP port can be shared without anyone noticing, a TCP port cannot. */
  const openOne = async ({ endpoint, timeouts, tls }: Wanted): Promise<Opened> => {
    if (tls !== undefined) {
      return { kind: 'tls', listeners: [await listenTls({ endpoint, timeouts, receive: receive('tls') }, tls)] };
    }
    const tcp = await listenTcp({ endpoint, timeouts, receive: receive('tcp') });
    try {
      return { kind: 'dns', listeners: [tcp, await listenUdp(endpoint, receive('udp'))] };
    } catch (error) {
      tcp.close();
      throw error;
    }
  };

  const prepare = (wanted: readonly Wanted[]): (() => void) => {
    const prepared = wanted.flatMap(({ endpoint, tls }) => {
      const found = opened.get(serverLabel(endpoint));
      return tls === undefined || found?.kind !== 'tls' ? [] : found.listeners.map((listener) => listener.prepare(tls));
    });
    return () => {
      for (const put of prepared) put();
    };
  };

  const closeAll = (some: Iterable<Opened>): void => {
    for (const { listeners } of some) for (const listener of listeners) listener.close();
  };

  return {
    async open(wanted) {
      const certify = prepare(wanted);
      const added = new Map<string, Opened>();
      try {
        for (const one of wanted) {
          const label = serverLabel(one.endpoint);
          if (!opened.has(label)) added.set(label, await openOne(one));
        }
      } catch (error) {
        closeAll(added.values());
        throw error;
      }
      certify();
      for (const [label, one] of added) opened.set(label, one);
      const labels = new Set(wanted.map(({ endpoint }) => serverLabel(endpoint)));
      return {
        closeOthers() {
          const others = [...opened].filter(([label]) => !labels.has(label));
          for (const [label] of others) opened.delete(label);
          closeAll(others.map(([, one]) => one));
        },
      };
    },
    certify(wanted) {
      prepare(wanted)();
    },
    pause() {
      for (const { listeners } of opened.values()) for (const listener of listeners) listener.pause();
    },
    close() {
      closeAll(opened.values());
      opened.clear();
    },
  };
};
