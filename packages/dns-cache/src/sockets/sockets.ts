import type { Endpoint } from '../address.ts';
import type { Link } from '../message/link.ts';
import type { ListenAddress } from '../plugin/listen-address.ts';
import { covers } from '../plugin/listen-address.ts';
import type { Timeouts } from '../plugin/timeouts.ts';
import { DEFAULT_TIMEOUTS } from '../plugin/timeouts.ts';
import type { ListenerTls } from '../server/listener-tls.ts';
import { serverLabel } from '../server/listeners.ts';
import type { NameServer } from '../server/name-server.ts';
import { listenerOf } from '../server/routes.ts';
import { listenerLabels } from '../server/selection.ts';
import { createDoorkeeper } from './doorkeeper.ts';
import { listenTcp } from './tcp-listener.ts';
import type { TlsListener } from './tls-listener.ts';
import { listenTls } from './tls-listener.ts';
import type { BindDatagrams, DatagramTaker, Listener, Received } from './listener.ts';
import type { UdpListener } from './udp-listener.ts';
import { bindDatagrams, listenUdp } from './udp-listener.ts';

/** Where to listen, how patient to be with connections, and how to be known to them over TLS. */
export interface Wanted {
  readonly endpoint: ListenAddress;
  readonly timeouts: Timeouts;
  readonly tls: ListenerTls | undefined;
}

/** What a server wants open. */
export const wantedBy = (server: NameServer): readonly Wanted[] =>
  server.listeners.map((endpoint) => ({ endpoint, timeouts: server.timeoutsFor(endpoint), tls: server.tlsFor(endpoint) }));

/** The sockets of all listeners, each over UDP and TCP, or over TLS. */
export interface Sockets {
  /**
   * Opens those that are missing, and gives what closes those that are no longer wanted. Sockets that stay are not
   * touched, so that no query is lost, but for the certificates that are shown to new connections.
   * @throws ListenError, CorefileError for a certificate that cannot be used, with everything as it was
   */
  open(wanted: readonly Wanted[]): Promise<{ readonly closeOthers: () => void }>;
  /** No more connections of clients than these, over all listeners. */
  limit(connections: number): void;
  /** Shows new connections these certificates. @throws CorefileError where one cannot be used; then all are as before */
  certify(wanted: readonly Wanted[]): void;
  /** Takes no more queries; those that came can still be answered. */
  pause(): void;
  close(): void;
}

/** What listens at one address. */
type Opened =
  | { readonly kind: 'dns'; readonly listeners: readonly Listener[]; readonly tcp: Listener; readonly udp: UdpListener }
  /** The listener of this label takes what comes to it; over UDP another one may be needed. */
  | { readonly kind: 'covered'; readonly by: string; readonly listeners: readonly Listener[] }
  | { readonly kind: 'tls'; readonly listeners: readonly TlsListener[] };

/** The one on the same port that listens on most of the machine, this address among it. */
const coverOf = (endpoint: ListenAddress, wanted: readonly Wanted[]): ListenAddress | undefined => {
  if (endpoint.scheme === 'tls') return undefined;
  const covering = wanted.flatMap(({ endpoint: one }) =>
    one.scheme === 'dns' && one.port === endpoint.port && covers(one.address, endpoint.address) ? [one] : [],
  );
  return covering.find((one) => !covering.some((other) => covers(other.address, one.address)));
};

/** Who takes what comes to the sockets. */
export interface Taker extends Pick<DatagramTaker, 'answerAtOnce'> {
  readonly take: (link: Link['kind'], received: Received) => void;
}

/** @param bind opens the sockets for datagrams */
export const createSockets = ({ answerAtOnce, take }: Taker, bind: BindDatagrams = bindDatagrams): Sockets => {
  const receive = (link: Link['kind']) => (received: Received) => take(link, received);
  const datagrams: DatagramTaker = { answerAtOnce, receive: receive('udp') };
  const opened = new Map<string, Opened>();
  const endpoints = new Map<string, ListenAddress>();
  const doorkeeper = createDoorkeeper();
  let timeouts: ReadonlyMap<string, Timeouts> = new Map();

  /** A connection belongs to the listener of its address, whoever accepted it. */
  const timeoutsFor = (link: Link['kind']) => (local: Endpoint): Timeouts =>
    listenerLabels(listenerOf(local, link)).flatMap((label) => timeouts.get(label) ?? [])[0] ?? DEFAULT_TIMEOUTS;

  const streamOf = (endpoint: Endpoint, link: 'tcp' | 'tls') =>
    ({ endpoint, receive: receive(link), timeoutsFor: timeoutsFor(link), admits: doorkeeper.admission() });

  /** TCP first: a UDP port can be shared without anyone noticing, a TCP port cannot. */
  const openOne = async ({ endpoint, tls }: Wanted): Promise<Opened> => {
    if (tls !== undefined) return { kind: 'tls', listeners: [await listenTls(streamOf(endpoint, 'tls'), tls)] };
    const tcp = await listenTcp(streamOf(endpoint, 'tcp'));
    try {
      const udp = await listenUdp(endpoint, datagrams, bind);
      return { kind: 'dns', listeners: [tcp, udp], tcp, udp };
    } catch (error) {
      tcp.close();
      throw error;
    }
  };

  /** One TCP socket for all addresses keeps others from one of them, so that it serves both; over UDP each has its own. */
  const openCovered = async (endpoint: ListenAddress, by: string, cover: Opened | undefined): Promise<Opened> => {
    const isThere = cover?.kind === 'dns' && cover.udp.addresses.has(endpoint.address);
    return { kind: 'covered', by, listeners: isThere ? [] : [await listenUdp(endpoint, datagrams, bind)] };
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

  /** Is it open, as it is to be? */
  const stays = (label: string, by: string | undefined): boolean => {
    const found = opened.get(label);
    return found?.kind === 'covered' ? found.by === by : found !== undefined && by === undefined;
  };

  /** Our TCP listeners that keep the port from one for more or fewer addresses of it. */
  const inTheWayOf = ({ address, port, scheme }: ListenAddress): readonly ListenAddress[] =>
    [...endpoints.values()].filter(
      (other) =>
        opened.get(serverLabel(other))?.kind === 'dns' &&
        other.scheme === scheme &&
        other.port === port &&
        (covers(other.address, address) || covers(address, other.address)),
    );

  /** Lets go of ports for others; what came to these listeners is answered. */
  const release = (released: readonly ListenAddress[]): void => {
    for (const endpoint of released) {
      const found = opened.get(serverLabel(endpoint));
      if (found?.kind === 'dns') found.tcp.pause();
    }
  };

  const regain = async (released: readonly ListenAddress[]): Promise<void> => {
    for (const endpoint of released) {
      const found = opened.get(serverLabel(endpoint));
      if (found?.kind !== 'dns') continue;
      const tcp = await listenTcp(streamOf(endpoint, 'tcp'));
      opened.set(serverLabel(endpoint), { ...found, tcp, listeners: [tcp, found.udp] });
    }
  };

  const openMissing = async (wanted: readonly Wanted[]): Promise<ReadonlyMap<string, Opened>> => {
    const added = new Map<string, Opened>();
    const released: ListenAddress[] = [];
    const isCovered = ({ endpoint }: Wanted): boolean => coverOf(endpoint, wanted) !== undefined;
    try {
      for (const one of wanted.toSorted((a, b) => Number(isCovered(a)) - Number(isCovered(b)))) {
        const label = serverLabel(one.endpoint);
        const cover = coverOf(one.endpoint, wanted);
        const by = cover && serverLabel(cover);
        if (stays(label, by)) continue;
        if (by === undefined) {
          const others = inTheWayOf(one.endpoint);
          release(others);
          released.push(...others);
          added.set(label, await openOne(one));
        } else added.set(label, await openCovered(one.endpoint, by, added.get(by) ?? opened.get(by)));
      }
    } catch (error) {
      closeAll(added.values());
      await regain(released);
      throw error;
    }
    return added;
  };

  return {
    async open(wanted) {
      const certify = prepare(wanted);
      const labels = new Set(wanted.map(({ endpoint }) => serverLabel(endpoint)));
      const [before, patience] = [timeouts, new Map(wanted.map((one) => [serverLabel(one.endpoint), one.timeouts]))];
      // A connection may come as soon as its listener is open.
      timeouts = new Map([...before, ...patience]);
      const added = await openMissing(wanted).catch((error: unknown) => {
        timeouts = before;
        throw error;
      });
      certify();
      timeouts = patience;
      const replaced = [...added.keys()].flatMap((label) => opened.get(label) ?? []);
      for (const [label, one] of added) opened.set(label, one);
      for (const { endpoint } of wanted) endpoints.set(serverLabel(endpoint), endpoint);
      return {
        closeOthers() {
          const others = [...opened].filter(([label]) => !labels.has(label));
          for (const [label] of others) opened.delete(label);
          closeAll([...others.map(([, one]) => one), ...replaced]);
        },
      };
    },
    limit: (connections) => doorkeeper.limit(connections),
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
