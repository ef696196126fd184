import type { Address, Host, Packet } from '@nodelocal/netfilter-sim';
import { ipv4At } from '../node/address.ts';
import type { DnsServer } from '../scenario/server.ts';
import { ScenarioError } from '../scenario/error.ts';
import type { DnsServers } from './dns-servers.ts';
import { createDnsServers } from './dns-servers.ts';
import type { Forwarder } from './forwarder.ts';
import { createForwarder } from './forwarder.ts';
import type { PlacedPeer } from './place-clients.ts';
import type { Program } from './sockets.ts';
import type { Surroundings } from './surroundings.ts';

const DNS_PORT = 53;

export interface PlacedServers {
  readonly byName: ReadonlyMap<DnsServer['name'], DnsServers>;
  /** Those that are not on the node itself, by their address. */
  readonly peers: ReadonlyMap<Address, PlacedPeer>;
}

export interface ServerSurroundings extends Surroundings {
  readonly host: () => Host;
  /** Pods of the node, to whom the network leads through it. */
  readonly ownAddresses: ReadonlySet<Address>;
}

export const placeServers = (servers: readonly DnsServer[], world: ServerSurroundings): PlacedServers => {
  const byName = new Map<DnsServer['name'], DnsServers>();
  const peers = new Map<Address, PlacedPeer>();
  for (const [index, server] of servers.entries()) {
    const addresses = server.addresses.map((text, at) => ipv4At(`servers[${index}].addresses[${at}]`, text));
    const placed = place(index, server, addresses, world);
    byName.set(server.name, placed.servers);
    for (const own of addresses) if (placed.peer !== undefined) peers.set(own, { ...placed.peer, isThere: () => !placed.servers.isGone(own) });
  }
  return { byName, peers };
};

const place = (index: number, server: DnsServer, addresses: readonly Address[], world: ServerSurroundings): { readonly servers: DnsServers; readonly peer?: PlacedPeer } => {
  const { clock, draw, network } = world;
  const { name, at, knows } = server;
  const options = { clock, draw, server };
  if (at.kind !== 'host') {
    const devices = world.host().interfaces.map((device) => device.name);
    if (!devices.includes(at.device)) throw new ScenarioError(`servers[${index}].at.device`, `the node has no device "${at.device}" (it has ${devices.join(', ')})`);
    if (knows.kind === 'forwarded') throw new ScenarioError(`servers[${index}].knows`, 'only a program of the node can ask another server here');
    const carry = at.kind === 'pod' ? world.carry.pod : world.carry.uplink;
    const [towards, back] = [carry('node'), carry(name)];
    const send = (packet: Packet): void => {
      if (at.kind === 'elsewhere' && !isOfNode(world, packet.dst, at.device)) world.lost(name, packet, 'not-this-node');
      else back([packet], (arrived) => network().enter(arrived, at.device, { actor: name }));
    };
    const servers = createDnsServers({ ...options, send, forward: () => undefined });
    const receive = (packet: Packet): void => towards([packet], (arrived) => arrived.forEach((one) => servers.receive(one)));
    return { servers, peer: { device: at.device, peer: { actor: name, receive } } };
  }
  const program: Program = {
    actor: name,
    receive(packet) {
      if (packet.kind === 'udp' && packet.dport !== DNS_PORT) forwarder?.receive(packet);
      else servers.receive(packet);
    },
  };
  const send = (packet: Packet): void => network().emit([packet], program);
  const forwarder: Forwarder | undefined =
    knows.kind === 'forwarded'
      ? createForwarder({
          to: { address: ipv4At(`servers[${index}].knows.to`, knows.to), port: DNS_PORT },
          draw,
          sourceFor: world.sourceFor,
          open: (end) => world.sockets.open(program, 'udp', end),
          send,
        })
      : undefined;
  const servers = createDnsServers({ ...options, send, forward: (query, then) => forwarder?.forward(query, then) });
  for (const own of addresses) for (const protocol of ['udp', 'tcp'] as const) world.sockets.open(program, protocol, { address: own, port: DNS_PORT });
  return { servers };
};

/** Whether the network brings packets for this address to the node. */
const isOfNode = ({ host, ownAddresses }: ServerSurroundings, destination: Address, device: string): boolean =>
  ownAddresses.has(destination) || (host().interfaces.find(({ name }) => name === device)?.addresses.some(({ address }) => address === destination) ?? false);
