import { parseCorefile, readMessage } from '@nodelocal/dns-cache';
import type { Effect, Endpoint } from '@nodelocal/dns-cache';
import { address } from '@nodelocal/netfilter-sim';
import type { Address, Packet, TcpPacket } from '@nodelocal/netfilter-sim';
import { connect, receiveSegment, sendMessage } from '../network/tcp.ts';
import type { TcpEnd, TcpStep } from '../network/tcp.ts';
import type { Draw } from '../resolver/machine.ts';
import type { Clock } from './clock.ts';
import { DELAY_MS } from './delays.ts';
import { createEngine } from './engine.ts';
import type { Ask } from './engine.ts';
import { datagram, tcpPacket } from './packets.ts';
import type { End } from './packets.ts';

export interface NodeCacheOptions {
  readonly clock: Clock;
  readonly corefile: string;
  readonly resolvConf: string;
  readonly draw: Draw;
  /** The node's source address towards a destination. */
  readonly sourceFor: (destination: Address) => Address;
  /** A socket of its own, for talking to an upstream. */
  readonly open: (end: End, protocol: 'udp' | 'tcp') => void;
  readonly send: (packet: Packet) => void;
  /** Whatever the engine does, before it is carried out; `question` is that of the message that it is about. */
  readonly observe: (effect: Effect, question: string) => void;
}

/** NodeLocal DNSCache on the node: the real engine, with modelled sockets in the place of real ones. */
export interface NodeCache {
  /** A packet was delivered to the node. */
  receive(packet: Packet): void;
}

interface Connection {
  readonly here: End;
  readonly there: End;
  end: TcpEnd;
  /** A question on it has waited so long that another connection was to be used. */
  isSilent: boolean;
}

/** Linux hands out ports from this range. */
const EPHEMERAL = { first: 32_768, count: 28_232 } as const;

export const createNodeCache = (options: NodeCacheOptions): NodeCache => {
  const { clock, draw, send } = options;
  const clients = new Map<number, { readonly here: End; readonly there: End }>();
  const exchanges = new Map<string, number>();
  const connections: Connection[] = [];
  let nextQuery = 0;
  /** Of the message that is being handled: what the engine reports next is about it. */
  let question = '';

  const { server, handle } = createEngine({
    clock,
    corefile: parseCorefile(options.corefile, { file: 'corefile' }),
    resolvConf: options.resolvConf,
    draw,
    answer(query, message) {
      const client = clients.get(query);
      clients.delete(query);
      if (client !== undefined) send(datagram(client.here, client.there, message));
    },
    drop: (query) => clients.delete(query),
    ask: (effect) => ask(effect),
    // Sockets stay open for what comes late.
    abandon: () => undefined,
    observe: (effect) => options.observe(effect, question),
  });

  const ask = ({ exchange, upstream, transport, message, insteadOf }: Ask): void => {
    if (transport === 'tls') throw new Error('upstreams over TLS are not modelled: use UDP or TCP');
    const there: End = { address: address(upstream.address), port: upstream.port };
    exchanges.set(exchangeKey(message), exchange);
    if (transport === 'udp') {
      send(datagram(openSocket(there.address, 'udp'), there, message));
      return;
    }
    // As the server's own pool does: a connection that stands is used again, unless it has fallen silent.
    const kept = connections.filter((other) => other.there.address === there.address && !other.isSilent);
    if (insteadOf !== undefined) for (const connection of kept) connection.isSilent = true;
    const open = kept.find((other) => other.end.state !== 'closed' && !other.isSilent);
    if (open !== undefined) {
      advance(open, sendMessage(open.end, message));
      return;
    }
    const step = connect(draw(2 ** 32), message);
    const connection: Connection = { here: openSocket(there.address, 'tcp'), there, end: step.end, isSilent: false };
    connections.push(connection);
    advance(connection, step);
  };

  const openSocket = (destination: Address, protocol: 'udp' | 'tcp'): End => {
    const end = { address: options.sourceFor(destination), port: EPHEMERAL.first + draw(EPHEMERAL.count) };
    options.open(end, protocol);
    return end;
  };

  const advance = (connection: Connection, step: TcpStep): void => {
    connection.end = step.end;
    for (const segment of step.send) send(tcpPacket(connection.here, connection.there, segment));
    for (const message of step.received) takeReply(message);
  };

  const takeReply = (message: Uint8Array): void => {
    const exchange = exchanges.get(exchangeKey(message));
    question = questionOf(message);
    if (exchange !== undefined) handle({ kind: 'reply', exchange, message });
  };

  const takeSegment = (packet: TcpPacket): void => {
    const connection = connections.find(
      ({ here, there }) => here.port === packet.dport && there.address === packet.src && there.port === packet.sport,
    );
    if (connection !== undefined) advance(connection, receiveSegment(connection.end, packet));
  };

  const takeDatagram = (here: Endpoint & End, there: Endpoint & End, message: Uint8Array): void => {
    const listens = server.listeners.some(
      ({ scheme, address: bound, port }) =>
        scheme === 'dns' && port === here.port && (bound === '' || bound === here.address),
    );
    if (!listens) {
      takeReply(message);
      return;
    }
    nextQuery += 1;
    clients.set(nextQuery, { here, there });
    const query = nextQuery;
    clock.at(clock.nowMs + DELAY_MS.nodeCache, () => {
      question = questionOf(message);
      handle({ kind: 'query', query, transport: 'udp', client: there, local: here, message });
    });
  };

  return {
    receive(packet) {
      if (packet.kind === 'tcp') takeSegment(packet);
      else if (packet.kind === 'udp' && packet.payload !== undefined) {
        takeDatagram({ address: packet.dst, port: packet.dport }, { address: packet.src, port: packet.sport }, packet.payload);
      }
    },
  };
};

/** Upstream queries are told apart by their ID, as on a real connection. */
const exchangeKey = (message: Uint8Array): string => `${message[0]} ${message[1]}`;

const questionOf = (bytes: Uint8Array): string => {
  const message = readMessage(bytes);
  return message.kind === 'message' && message.question !== undefined ? `${message.question.type} ${message.question.name}` : '';
};
