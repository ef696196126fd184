import { port } from '@nodelocal/netfilter-sim';
import type { Address, HostState, Packet } from '@nodelocal/netfilter-sim';
import type { Actor } from './recording.ts';

/** A program of the node. */
export interface Program {
  readonly actor: Actor;
  readonly client?: string;
  receive(packet: Packet): void;
  /** The number of the lookup that a packet is for. */
  lookupOf?(packet: Packet): number | undefined;
  /** The number of the lookup that has the socket at this port. */
  lookupAt?(port: number): number | undefined;
}

/** Where a socket is bound. */
interface Bound {
  readonly address: Address | 'any';
  readonly port: number;
}

/** The sockets of the node's programs. */
export interface Sockets {
  open(program: Program, protocol: 'udp' | 'tcp', bound: Bound): void;
  /** All that a program has, but for those that the kernel goes on with: a connection is not over when its program is. */
  closeAll(program: Program, but: ReadonlySet<number>): void;
  /** Whose socket a packet that was delivered is for; of an ICMP error, who sent what it quotes. */
  takerOf(packet: Packet): Program | undefined;
  ownerOf(protocol: 'udp' | 'tcp', bound: Bound): Program | undefined;
}

export const createSockets = (state: Pick<HostState, 'opened'>): Sockets => {
  const taken = new Map<string, Program>();
  const key = (protocol: string, { address, port: number }: { readonly address: string; readonly port: number }): string => `${protocol} ${address} ${number}`;
  const at = (protocol: string, address: string, number: number): Program | undefined =>
    taken.get(key(protocol, { address, port: number })) ?? taken.get(key(protocol, { address: 'any', port: number }));
  return {
    open(program, protocol, { address, port: number }) {
      taken.set(key(protocol, { address, port: number }), program);
      state.opened.push({ protocol, family: 'ipv4', address, port: port(number) });
    },
    closeAll(program, but) {
      for (const [name, other] of taken) if (other === program && !but.has(Number(name.split(' ')[2]))) taken.delete(name);
      const kept = state.opened.filter(({ protocol, address, port: number }) => taken.has(key(protocol, { address, port: number })));
      state.opened.splice(0, state.opened.length, ...kept);
    },
    ownerOf: (protocol, { address, port: number }) => at(protocol, address, number),
    takerOf(packet) {
      if (packet.kind === 'udp' || packet.kind === 'tcp') return at(packet.kind, packet.dst, packet.dport);
      const quoted = packet.kind === 'icmp' ? packet.inner : undefined;
      return quoted?.kind === 'udp' || quoted?.kind === 'tcp' ? at(quoted.kind, quoted.src, quoted.sport) : undefined;
    },
  };
};
