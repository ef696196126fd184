import type { Address, Packet } from '@nodelocal/netfilter-sim';
import { readAddress } from '@nodelocal/netfilter-sim';
import type { Draw, LookupResult, Sent } from '../resolver/machine.ts';
import type { ResolverName } from '../scenario/client.ts';
import type { ScenarioLookup } from '../scenario/lookup.ts';
import type { Clock } from './clock.ts';
import { datagram } from './packets.ts';
import type { End } from './packets.ts';
import { createStub } from './running-lookup.ts';
import type { RunningLookup } from './running-lookup.ts';
import type { TcpConnection } from './tcp-connection.ts';
import { openTcp } from './tcp-connection.ts';

export interface ClientOptions {
  readonly clock: Clock;
  readonly resolver: ResolverName;
  readonly resolvConf: string;
  readonly draw: Draw;
  /** Its address towards a server. */
  readonly sourceFor: (destination: Address) => Address;
  /** A socket of its own. */
  readonly open: (end: End, protocol: 'udp' | 'tcp') => void;
  /** All at once, for the lookup with this number. */
  readonly send: (packets: readonly Packet[], lookup: number) => void;
}

/** A program that looks names up. */
export interface ClientProgram {
  look(number: number, name: string, call: ScenarioLookup['call'], then: (result: LookupResult) => void): void;
  receive(packet: Packet): void;
  /** The number of the lookup that has the socket which a packet is for. */
  lookupOf(packet: Packet): number | undefined;
  lookupAt(port: number): number | undefined;
}

const DNS_PORT = 53;

interface Asking {
  readonly number: number;
  readonly ports: Set<number>;
  readonly connections: Map<number, TcpConnection>;
  running: RunningLookup | undefined;
}

export const createClient = (options: ClientOptions): ClientProgram => {
  const { clock, draw } = options;
  const stub = createStub(options.resolver, options.resolvConf);
  const open = new Set<Asking>();

  const endTowards = (server: string, port: number): { readonly here: End; readonly there: End } => {
    const address = readAddress(server);
    if (address === undefined) throw new RangeError(`a resolver asks "${server}", which is no address`);
    return { here: { address: options.sourceFor(address), port }, there: { address, port: DNS_PORT } };
  };
  const transmit = (asking: Asking, all: readonly Sent[]): void => {
    const packets = all.flatMap((sent): readonly Packet[] => {
      switch (sent.kind) {
        case 'datagram': {
          const { here, there } = endTowards(sent.to, sent.port);
          if (!asking.ports.has(sent.port)) options.open(here, 'udp');
          asking.ports.add(sent.port);
          return [datagram(here, there, sent.message)];
        }
        case 'tcp-query':
          connectionOf(asking, sent).send(sent.message);
          return [];
      }
    });
    if (packets.length > 0) options.send(packets, asking.number);
  };
  const connectionOf = (asking: Asking, { connection, to }: Extract<Sent, { kind: 'tcp-query' }>): TcpConnection => {
    const known = asking.connections.get(connection);
    if (known !== undefined) return known;
    const { here, there } = endTowards(to, connection);
    options.open(here, 'tcp');
    asking.ports.add(connection);
    const opened = openTcp({
      clock,
      here,
      there,
      sequence: draw(2 ** 32),
      emit: (packet) => options.send([packet], asking.number),
      receive: (message) => asking.running?.tell({ kind: 'tcp-answer', connection, message }),
      ended: () => asking.running?.tell({ kind: 'tcp-closed', connection }),
    });
    asking.connections.set(connection, opened);
    return opened;
  };
  /** Of lookups that have ended too, as long as one of their connections stands. */
  const askingAt = (port: number): Asking | undefined => [...open].find(({ ports }) => ports.has(port));

  return {
    look(number, name, call, then) {
      const asking: Asking = { number, ports: new Set(), connections: new Map(), running: undefined };
      open.add(asking);
      asking.running = stub.start(name, call, {
        clock,
        draw,
        send: (sent) => transmit(asking, sent),
        done(result) {
          asking.running = undefined;
          for (const connection of asking.connections.values()) connection.close();
          if (asking.connections.size === 0) open.delete(asking);
          then(result);
        },
      });
    },
    receive(packet) {
      if (packet.kind === 'icmp' && packet.inner?.kind === 'udp') {
        askingAt(packet.inner.sport)?.running?.tell({ kind: 'refused', port: packet.inner.sport });
      } else if (packet.kind === 'tcp') {
        askingAt(packet.dport)?.connections.get(packet.dport)?.take(packet);
      } else if (packet.kind === 'udp' && packet.payload !== undefined && packet.sport === DNS_PORT && stub.nameservers.includes(packet.src)) {
        // Datagrams from elsewhere never reach a resolver: its socket is connected, or it looks at the sender.
        askingAt(packet.dport)?.running?.tell({ kind: 'datagram', port: packet.dport, from: packet.src, message: packet.payload });
      }
    },
    lookupAt: (number) => askingAt(number)?.number,
    lookupOf(packet) {
      if (packet.kind === 'udp' || packet.kind === 'tcp') return askingAt(packet.dport)?.number;
      const quoted = packet.kind === 'icmp' ? packet.inner : undefined;
      return quoted?.kind === 'udp' || quoted?.kind === 'tcp' ? askingAt(quoted.sport)?.number : undefined;
    },
  };
};
