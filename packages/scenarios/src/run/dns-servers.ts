import type { Address, Packet } from '@nodelocal/netfilter-sim';
import type { Draw } from '../resolver/machine.ts';
import type { DnsServer, Habit } from '../scenario/server.ts';
import { resetFor } from '../network/tcp.ts';
import type { Clock } from './clock.ts';
import type { Arrived } from './habits.ts';
import { answerFrom, bareAnswer, deedFor, denialFrom } from './habits.ts';
import { datagram, opensTcp, tcpPacket } from './packets.ts';
import type { End } from './packets.ts';
import type { TcpConnection } from './tcp-connection.ts';
import { acceptTcp } from './tcp-connection.ts';

export interface DnsServersOptions {
  readonly clock: Clock;
  readonly server: Pick<DnsServer, 'knows' | 'habits' | 'delayMs'>;
  readonly draw: Draw;
  readonly send: (packet: Packet) => void;
  /** Asks another server, from a socket of its own; for servers that know nothing themselves. */
  readonly forward: (query: Uint8Array, then: (answer: Uint8Array) => void) => void;
}

/** DNS servers that are alike, such as the CoreDNS pods: each answers, over UDP and TCP, whatever comes to its address. */
export interface DnsServers {
  receive(packet: Packet): void;
  /** From now on it does other things. */
  change(habits: readonly Habit[]): void;
  /** Nobody is at this address any more, or somebody is again. */
  setGone(address: Address, gone: boolean): void;
  isGone(address: Address): boolean;
}

export const createDnsServers = ({ clock, server, draw, send, forward }: DnsServersOptions): DnsServers => {
  const connections = new Map<string, TcpConnection>();
  const gone = new Set<Address>();
  let { habits } = server;

  const after = (ms: number, action: () => void): void => clock.at(clock.nowMs + ms, action);
  const answer = (arrived: Arrived, reply: (message: Uint8Array) => void): void => {
    if (server.knows.kind === 'forwarded') {
      forward(arrived.query, reply);
      return;
    }
    const known = answerFrom(server.knows, arrived);
    if (known !== undefined) reply(known);
  };
  const treat = (arrived: Arrived, reply: (message: Uint8Array) => void): void => {
    const deed = deedFor(habits, arrived, draw);
    const say = (message: Uint8Array | undefined): void => {
      if (message !== undefined) after(server.delayMs, () => reply(message));
    };
    switch (deed?.kind) {
      case undefined:
        after(server.delayMs, () => answer(arrived, reply));
        return;
      case 'slow':
        after(server.delayMs + deed.byMs, () => answer(arrived, reply));
        return;
      case 'error':
        say(deed.rcode === 'NXDOMAIN' ? denialFrom(server.knows, arrived) : bareAnswer(arrived.query, { rcode: deed.rcode }));
        return;
      case 'truncates':
        if (arrived.transport === 'udp') say(bareAnswer(arrived.query, { truncated: true }));
        else after(server.delayMs, () => answer(arrived, reply));
        return;
      case 'silent':
    }
  };
  /** Whoever is gone by then says nothing. */
  const sendFrom = (here: End, packet: Packet): void => {
    if (!gone.has(here.address)) send(packet);
  };

  return {
    receive(packet) {
      if (packet.kind !== 'udp' && packet.kind !== 'tcp') return;
      const here: End = { address: packet.dst, port: packet.dport };
      const there: End = { address: packet.src, port: packet.sport };
      if (gone.has(here.address)) return;
      if (packet.kind === 'udp') {
        if (packet.payload !== undefined) {
          treat({ server: here.address, transport: 'udp', query: packet.payload }, (message) => sendFrom(here, datagram(here, there, message)));
        }
        return;
      }
      const key = `${there.address} ${there.port} ${here.address}`;
      const earlier = connections.get(key);
      // A port may be used again.
      const known = earlier !== undefined && !earlier.isOpen && opensTcp(packet) ? undefined : earlier;
      if (known === undefined && !opensTcp(packet)) {
        const reset = resetFor(packet);
        if (reset !== undefined) sendFrom(here, tcpPacket(here, there, reset));
        return;
      }
      const connection: TcpConnection =
        known ??
        acceptTcp({
          clock,
          here,
          there,
          sequence: draw(2 ** 32),
          emit: (segment) => sendFrom(here, segment),
          receive: (query) => treat({ server: here.address, transport: 'tcp', query }, (message) => connection.send(message)),
          ended: () => undefined,
        });
      connections.set(key, connection);
      connection.take(packet);
    },
    change(now) {
      habits = now;
    },
    isGone: (address) => gone.has(address),
    setGone(address, isGone) {
      if (isGone) gone.add(address);
      else gone.delete(address);
      // A pod that comes back is a new one, and knows of no connection.
      for (const key of connections.keys()) if (key.endsWith(` ${address}`)) connections.delete(key);
    },
  };
};
