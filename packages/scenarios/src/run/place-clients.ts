import type { Address, Packet } from '@nodelocal/netfilter-sim';
import { ipv4At } from '../node/address.ts';
import type { Client } from '../scenario/client.ts';
import type { ClientProgram } from './client.ts';
import { createClient } from './client.ts';
import type { Peer, Sender } from './network.ts';
import type { Surroundings } from './surroundings.ts';

/** Who is behind which device of the node. */
export interface PlacedPeer {
  readonly device: string;
  readonly peer: Peer;
  /** Absent: always. */
  readonly isThere?: () => boolean;
}

export interface PlacedClients {
  readonly byName: ReadonlyMap<string, ClientProgram>;
  /** Pods by their address. */
  readonly peers: ReadonlyMap<Address, PlacedPeer>;
}

export const placeClients = (clients: readonly Client[], world: Surroundings): PlacedClients => {
  const byName = new Map<string, ClientProgram>();
  const peers = new Map<Address, PlacedPeer>();
  for (const [index, client] of clients.entries()) {
    const { name, at } = client;
    switch (at.kind) {
      case 'pod': {
        const own = ipv4At(`clients[${index}].at.address`, at.address);
        const up = world.carry.pod('pod');
        const down = world.carry.pod('node');
        const program = clientWith(client, world, {
          sourceFor: () => own,
          open: () => undefined,
          send: (packets, lookup) => up(packets, (arrived) => world.network().enter(arrived, at.device, { actor: 'pod', client: name, lookup })),
        });
        const receive = (packet: Packet): void => down([packet], (arrived) => arrived.forEach((one) => program.receive(one)));
        byName.set(name, program);
        peers.set(own, { device: at.device, peer: { actor: 'pod', client: name, receive, ...lookupsOf(() => program) } });
        break;
      }
      case 'host': {
        const peer: Peer = { actor: 'process', client: name, receive: (packet) => program.receive(packet), ...lookupsOf(() => program) };
        const program: ClientProgram = clientWith(client, world, {
          sourceFor: world.sourceFor,
          open: (end, protocol) => world.sockets.open(peer, protocol, end),
          send(packets, lookup) {
            const from: Sender = { actor: 'process', client: name, lookup };
            world.network().emit(packets, from);
          },
        });
        byName.set(name, program);
      }
    }
  }
  return { byName, peers };
};

const lookupsOf = (program: () => ClientProgram): Pick<ClientProgram, 'lookupOf' | 'lookupAt'> => ({
  lookupOf: (packet) => program().lookupOf(packet),
  lookupAt: (port) => program().lookupAt(port),
});

const clientWith = ({ resolver, resolvConf }: Client, { clock, draw }: Surroundings, how: Pick<Parameters<typeof createClient>[0], 'sourceFor' | 'open' | 'send'>): ClientProgram =>
  createClient({ clock, draw, resolver, resolvConf, ...how });
