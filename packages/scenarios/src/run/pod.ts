import type { Address, Packet } from '@nodelocal/netfilter-sim';
import { address } from '@nodelocal/netfilter-sim';
import type { ResolverConfig } from '../resolver/config.ts';
import { glibcResolver } from '../resolver/glibc/index.ts';
import type { Lookup, LookupStep } from '../resolver/glibc/lookup.ts';
import type { Draw, LookupEvent, LookupResult, Sent } from '../resolver/machine.ts';
import type { Clock } from './clock.ts';
import { datagram } from './packets.ts';

export interface PodOptions {
  readonly clock: Clock;
  readonly address: Address;
  readonly config: ResolverConfig;
  readonly draw: Draw;
  readonly send: (packet: Packet) => void;
}

/** A pod that looks names up, one at a time. */
export interface Pod {
  look(name: string, then: (result: LookupResult) => void): void;
  receive(packet: Packet): void;
}

const DNS_PORT = 53;

export const createPod = ({ clock, address: own, config, draw, send }: PodOptions): Pod => {
  let lookup: Lookup | undefined;
  let finish: ((result: LookupResult) => void) | undefined;

  const follow = (step: LookupStep): void => {
    lookup = step.lookup;
    for (const sent of step.send) transmit(sent);
    if (step.lookup.result !== undefined) {
      const then = finish;
      lookup = undefined;
      finish = undefined;
      then?.(step.lookup.result);
    } else if (step.send.length > 0 && step.lookup.deadlineMs < Infinity) {
      clock.at(step.lookup.deadlineMs, () => tell({ kind: 'timeout' }));
    }
  };
  const transmit = (sent: Sent): void => {
    switch (sent.kind) {
      case 'datagram':
        send(datagram({ address: own, port: sent.port }, { address: address(sent.to), port: DNS_PORT }, sent.message));
        return;
      case 'tcp-query':
        // Nobody in the lesson truncates, and its resolv.conf has no use-vc: the pod needs no TCP.
        clock.at(clock.nowMs, () => tell({ kind: 'tcp-closed', connection: sent.connection }));
    }
  };
  const tell = (event: LookupEvent): void => {
    if (lookup !== undefined) follow(glibcResolver.step(lookup, event, clock.nowMs, draw));
  };

  return {
    look(name, then) {
      finish = then;
      follow(glibcResolver.start(name, config, clock.nowMs, draw));
    },
    receive(packet) {
      if (packet.kind === 'icmp' && packet.inner?.kind === 'udp') {
        tell({ kind: 'refused', port: packet.inner.sport });
        return;
      }
      // The socket is connected: datagrams from elsewhere never reach the resolver.
      const asked = config.nameservers.includes(packet.src);
      if (packet.kind !== 'udp' || packet.sport !== DNS_PORT || !asked || packet.payload === undefined) return;
      tell({ kind: 'datagram', port: packet.dport, from: packet.src, message: packet.payload });
    },
  };
};
