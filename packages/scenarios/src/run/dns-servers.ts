import type { Address, Packet } from '@nodelocal/netfilter-sim';
import type { Habit } from '../scenario/server.ts';
import type { Clock } from './clock.ts';
import { datagram } from './packets.ts';
import type { End } from './packets.ts';
import { createTcpListener } from './tcp-listener.ts';
import type { TreatmentOptions } from './treatment.ts';
import { createTreatment } from './treatment.ts';

export interface DnsServersOptions extends TreatmentOptions {
  readonly clock: Clock;
  readonly send: (packet: Packet) => void;
}

/** DNS servers that are alike, such as the CoreDNS pods: each answers, over UDP and TCP, whatever comes to its address. */
export interface DnsServers {
  receive(packet: Packet): void;
  /** From now on it does other things. */
  readonly change: (habits: readonly Habit[]) => void;
  /** Nobody is at this address any more, or somebody is again. */
  setGone(address: Address, gone: boolean): void;
  isGone(address: Address): boolean;
}

export const createDnsServers = ({ clock, server, draw, send, forward }: DnsServersOptions): DnsServers => {
  const gone = new Set<Address>();
  const { treat, change } = createTreatment({ clock, server, draw, forward });
  /** Whoever is gone by then says nothing. */
  const sendFrom = (here: End, packet: Packet): void => {
    if (!gone.has(here.address)) send(packet);
  };
  const listener = createTcpListener({
    clock,
    draw,
    send: sendFrom,
    receive: (here, _there, query, answer) => treat({ server: here.address, transport: 'tcp', query }, answer),
  });

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
      listener.take(here, there, packet);
    },
    change,
    isGone: (address) => gone.has(address),
    setGone(address, isGone) {
      if (isGone) gone.add(address);
      else gone.delete(address);
      // A pod that comes back is a new one, and knows of no connection.
      listener.forget(address);
    },
  };
};
