import type { Effect, FailureReason } from '@nodelocal/dns-cache';
import { address } from '@nodelocal/netfilter-sim';
import type { Address, Packet } from '@nodelocal/netfilter-sim';
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
  ask(effect: Extract<Effect, { kind: 'ask' }>): void;
  receive(packet: Packet): void;
}

interface Connection {
  readonly here: End;
  readonly there: End;
  readonly tcp: TcpConnection;
  /** By the number of the query. */
  readonly exchanges: Map<string, number>;
  /** A question on it has waited so long that another connection was to be used. */
  isSilent: boolean;
  /** How many questions it has had. */
  uses: number;
}

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
  const openConnection = (there: End, expireMs: number): Connection => {
    const here = openSocket(there.address, 'tcp');
    const exchanges = new Map<string, number>();
    const tcp = openTcp({
      clock,
      here,
      there,
      sequence: draw(2 ** 32),
      emit: options.send,
      receive(message) {
        const exchange = exchanges.get(numberOf(message));
        exchanges.delete(numberOf(message));
        if (exchange !== undefined) options.reply(exchange, message);
        if (exchanges.size === 0) closeIfIdle(connection, expireMs);
      },
      ended(why) {
        const asked = [...exchanges.values()];
        exchanges.clear();
        for (const exchange of asked) options.fail(exchange, why);
      },
    });
    const connection: Connection = { here, there, tcp, exchanges, isSilent: false, uses: 0 };
    connections.push(connection);
    return connection;
  };

  /** As the server's own pool does: one that nobody used for so long is closed (`expire`). */
  const closeIfIdle = (connection: Connection, expireMs: number): void => {
    const { uses, tcp, exchanges } = connection;
    clock.at(clock.nowMs + expireMs, () => {
      if (connection.uses === uses && exchanges.size === 0 && tcp.isOpen) tcp.close();
    });
  };

  return {
    ask({ exchange, upstream, transport, message, insteadOf, connection: { expireMs } }) {
      if (transport === 'tls') throw new Error('upstreams over TLS are not modelled: use UDP or TCP');
      const there: End = { address: address(upstream.address), port: upstream.port };
      if (transport === 'udp') {
        const here = openSocket(there.address, 'udp');
        datagrams.set(here.port, { exchange, number: numberOf(message) });
        options.send(datagram(here, there, message));
        return;
      }
      // As the server's own pool does: a connection that stands is used again, unless it has fallen silent.
      const kept = connections.filter((other) => other.there.address === there.address && other.tcp.isOpen && !other.isSilent);
      if (insteadOf !== undefined) for (const connection of kept) connection.isSilent = true;
      const connection = kept.find((other) => !other.isSilent) ?? openConnection(there, expireMs);
      connection.uses += 1;
      connection.exchanges.set(numberOf(message), exchange);
      connection.tcp.send(message);
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
