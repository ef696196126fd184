import type { Effect, FailureReason } from '@nodelocal/dns-cache';
import type { Address, Packet } from '@nodelocal/netfilter-sim';
import { ipv4At } from '../node/address.ts';
import { ScenarioError } from '../scenario/error.ts';
import type { Draw } from '../resolver/machine.ts';
import type { Clock } from './clock.ts';
import { datagram } from './packets.ts';
import type { End } from './packets.ts';
import type { TcpConnection } from './tcp-connection.ts';
import { openTcp } from './tcp-connection.ts';

export interface UpstreamsOptions {
  readonly clock: Clock;
  readonly draw: Draw;
  /** The node's source address towards a destination. */
  readonly sourceFor: (destination: Address) => Address;
  readonly open: (end: End, protocol: 'udp' | 'tcp') => void;
  readonly send: (packet: Packet) => void;
  readonly reply: (exchange: number, message: Uint8Array) => void;
  readonly fail: (exchange: number, reason: FailureReason) => void;
}

/** The cache's sockets towards those whom it asks. */
export interface Upstreams {
  ask(effect: Ask): void;
  /** Nothing more is expected of this exchange. */
  abandon(exchange: number): void;
  receive(packet: Packet): void;
  /** Ends its connections, and tells by which ports they still have something to say. */
  close(): ReadonlySet<number>;
}

/** A question on a connection. */
interface Pending {
  readonly exchange: number;
  readonly message: Uint8Array;
  /** The connection stood before it; where such a one is closed, another is tried, once. */
  readonly wasReused: boolean;
}

interface Connection {
  readonly here: End;
  readonly there: End;
  readonly tcp: TcpConnection;
  readonly settings: Ask['connection'];
  readonly openedAtMs: number;
  /** By the number of the query. */
  readonly pending: Map<string, Pending>;
  idleSinceMs: number;
  /** A question on it has waited so long that another connection was to be used. */
  isSilent: boolean;
}

type Ask = Extract<Effect, { kind: 'ask' }>;

/** Linux hands out ports from this range. */
const EPHEMERAL = { first: 32_768, count: 28_232 } as const;

/** Queries are told apart by their number, as on a real connection. */
const numberOf = (message: Uint8Array): string => `${message[0]} ${message[1]}`;

export const createUpstreams = (options: UpstreamsOptions): Upstreams => {
  const { clock, draw } = options;
  const datagrams = new Map<number, { readonly exchange: number; readonly number: string }>();
  const connections: Connection[] = [];

  const openSocket = (destination: Address, protocol: 'udp' | 'tcp'): End => {
    const end = { address: options.sourceFor(destination), port: EPHEMERAL.first + draw(EPHEMERAL.count) };
    options.open(end, protocol);
    return end;
  };
  const openConnection = (there: End, settings: Ask['connection']): Connection => {
    const here = openSocket(there.address, 'tcp');
    const pending = new Map<string, Pending>();
    const tcp = openTcp({
      clock,
      here,
      there,
      sequence: draw(2 ** 32),
      emit: options.send,
      receive(message) {
        const asked = pending.get(numberOf(message));
        pending.delete(numberOf(message));
        connection.isSilent = false;
        rest(connection);
        if (asked !== undefined) options.reply(asked.exchange, message);
      },
      ended(why) {
        const asked = [...pending.values()];
        pending.clear();
        for (const question of asked) {
          if (question.wasReused) askOn(openConnection(there, settings), { ...question, wasReused: false });
          else options.fail(question.exchange, why);
        }
      },
    });
    const connection: Connection = { here, there, tcp, settings, openedAtMs: clock.nowMs, pending, idleSinceMs: clock.nowMs, isSilent: false };
    connections.push(connection);
    return connection;
  };
  /** A connection on which nothing waits any more is closed: at once where it is silent or too old, else when it has been idle for long enough. */
  const rest = (connection: Connection): void => {
    if (connection.pending.size > 0 || !connection.tcp.isOpen) return;
    if (connection.isSilent || !isYoung(connection)) {
      connection.tcp.close();
      return;
    }
    connection.idleSinceMs = clock.nowMs;
    const { expireMs } = connection.settings;
    clock.at(clock.nowMs + expireMs, () => {
      if (connection.pending.size === 0 && clock.nowMs - connection.idleSinceMs >= expireMs && connection.tcp.isOpen) connection.tcp.close();
    });
  };
  const askOn = ({ tcp, pending }: Connection, question: Pending): void => {
    pending.set(numberOf(question.message), question);
    tcp.send(question.message);
  };
  const isYoung = ({ openedAtMs, settings }: Connection): boolean => clock.nowMs - openedAtMs < settings.maxAgeMs;

  return {
    ask({ exchange, upstream, transport, message, insteadOf, connection: settings }) {
      if (transport === 'tls') throw new ScenarioError('cache.corefile', `it asks ${upstream.address} over TLS, which is not modelled; name an upstream of UDP or TCP`);
      const there: End = { address: ipv4At('cache.corefile', upstream.address), port: upstream.port };
      if (transport === 'udp') {
        const here = openSocket(there.address, 'udp');
        datagrams.set(here.port, { exchange, number: numberOf(message) });
        options.send(datagram(here, there, message));
        return;
      }
      // As the server's own pool does: a connection that stands is used again, unless it has fallen silent.
      const kept = connections.filter((other) => other.there.address === there.address && other.tcp.isOpen && !other.isSilent && isYoung(other));
      if (insteadOf !== undefined) for (const connection of kept) connection.isSilent = true;
      const reused = kept.find((other) => !other.isSilent);
      askOn(reused ?? openConnection(there, settings), { exchange, message, wasReused: reused !== undefined });
    },
    abandon(exchange) {
      for (const connection of connections) {
        const number = [...connection.pending].find(([, asked]) => asked.exchange === exchange)?.[0];
        if (number === undefined) continue;
        connection.pending.delete(number);
        rest(connection);
      }
    },
    close() {
      for (const { tcp } of connections) tcp.close();
      return new Set(connections.map(({ here }) => here.port));
    },
    receive(packet) {
      if (packet.kind === 'tcp') {
        connections
          .find(({ here, there }) => here.port === packet.dport && there.address === packet.src && there.port === packet.sport)
          ?.tcp.take(packet);
      } else if (packet.kind === 'udp' && packet.payload !== undefined) {
        const asked = datagrams.get(packet.dport);
        if (asked !== undefined && asked.number === numberOf(packet.payload)) options.reply(asked.exchange, packet.payload);
      } else if (packet.kind === 'icmp' && packet.inner?.kind === 'udp') {
        const asked = datagrams.get(packet.inner.sport);
        if (asked !== undefined) options.fail(asked.exchange, 'refused');
      }
    },
  };
};
