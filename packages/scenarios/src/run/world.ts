import { routeOutput, seededChance } from '@nodelocal/netfilter-sim';
import type { Address, Host, Node, Packet } from '@nodelocal/netfilter-sim';
import type { Effect } from '@nodelocal/dns-cache';
import type { LookupResult } from '../resolver/machine.ts';
import type { Client } from '../scenario/client.ts';
import { ScenarioError } from '../scenario/error.ts';
import type { Links } from '../scenario/links.ts';
import type { ScenarioLookup } from '../scenario/lookup.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { DnsServer } from '../scenario/server.ts';
import { createClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { createAgent } from './agent.ts';
import type { Agent } from './agent.ts';
import { createLink } from './link.ts';
import { createNetwork } from './network.ts';
import type { Network, Peer } from './network.ts';
import { placeClients } from './place-clients.ts';
import { placeServers } from './place-servers.ts';
import { summarise } from './packets.ts';
import type { DnsServers } from './dns-servers.ts';
import type { Actor, LossReason, RecordedLoss, RecordedPacket } from './recording.ts';
import type { Asker } from './node-cache.ts';
import { createSockets } from './sockets.ts';
import type { Surroundings } from './surroundings.ts';

export interface WorldOptions extends Pick<Scenario, 'sentAtOnce' | 'links' | 'clients' | 'servers'> {
  readonly node: Node;
  /** The one that the cache on the node reads. */
  readonly resolvConf: string;
  /** The cache's source where the node has no route to tell one. */
  readonly localDns: Address;
  /** What chance decides follows from it. */
  readonly seed: number;
  /** With the number of the lookup that it belongs to, where that is known. */
  readonly record: (event: RecordedPacket | RecordedLoss, lookup: number | undefined) => void;
  /** What the cache's engine does; `question` is that of the message that it is about, `lookup` the number of the one that asked it, where that is known. */
  readonly observe: (effect: Effect, question: string, lookup: number | undefined) => void;
}

/** A node with its cache, programs on it, and servers elsewhere, in virtual time. */
export interface World {
  readonly clock: Clock;
  readonly agent: Agent;
  readonly servers: ReadonlyMap<DnsServer['name'], DnsServers>;
  /** The node is another one from here on; what packets left behind in it stays. */
  setHost(host: Host): void;
  /** @throws ScenarioError for a client that is not there. */
  look(client: string, number: number, lookup: Pick<ScenarioLookup, 'name' | 'call'>, then: (result: LookupResult) => void): void;
}

export const createWorld = (options: WorldOptions): World => {
  const { node, links } = options;
  const { state } = node;
  const chance = seededChance(options.seed);
  const clock = createClock();
  const sockets = createSockets(state);
  let { host } = node;

  const lost = (from: Actor, sent: Packet, why: LossReason): void => options.record({ kind: 'lost', from, sent, message: summarise(sent), why }, undefined);
  const carryBy = (link: keyof Links) => (from: Actor) => createLink({ clock, chance, link: links[link], lost: (packet, why) => lost(from, packet, why) });
  const surroundings: Surroundings = {
    clock,
    draw: (below) => chance.integer(below),
    network: () => network,
    sockets,
    sourceFor: (destination) => sourceFor(host, destination) ?? options.localDns,
    carry: { pod: carryBy('pod'), uplink: carryBy('uplink') },
    lost,
  };

  const clients = placeClients(options.clients, surroundings);
  const servers = placeServers(options.servers, { ...surroundings, host: () => host, ownAddresses: new Set(clients.peers.keys()) });
  const peerAt = (destination: Address, device: string): Peer | undefined => {
    const found = clients.peers.get(destination) ?? servers.peers.get(destination);
    return found !== undefined && (found.isThere?.() ?? true) && leadsTo(host, device, found.device) ? found.peer : undefined;
  };
  const network: Network = createNetwork({
    clock,
    state,
    chance,
    sentAtOnce: options.sentAtOnce,
    host: () => host,
    peerAt,
    programFor: (packet) => sockets.takerOf(packet),
    record: options.record,
  });
  const lookupOf = ({ transport, address, port }: Asker): number | undefined =>
    (clients.peers.get(address)?.peer ?? sockets.ownerOf(transport, { address, port }))?.lookupAt?.(port);
  const agent = createAgent({
    ...surroundings,
    resolvConf: options.resolvConf,
    observe: (effect, question, asker) => options.observe(effect, question, asker && lookupOf(asker)),
  });

  return {
    clock,
    agent,
    servers: servers.byName,
    setHost(now) {
      host = now;
    },
    look(name, number, lookup, then) {
      const client = clients.byName.get(name);
      if (client === undefined) throw new ScenarioError('lookups', `there is no client "${name}" (there are ${clientNames(options.clients)})`);
      client.look(number, lookup.name, lookup.call, then);
    },
  };
};

const clientNames = (clients: readonly Client[]): string => clients.map(({ name }) => name).join(', ') || 'none';

/** What leaves by a bridge reaches whoever is behind one of its ports. */
const leadsTo = ({ interfaces }: Host, device: string, wanted: string): boolean =>
  device === wanted || interfaces.find(({ name }) => name === wanted)?.link?.master === device;

const sourceFor = (host: Host, destination: Address): Address | undefined => {
  const route = routeOutput(host, { destination, tos: 0, mark: 0, protocol: 6, inDevice: 'lo' });
  return route.kind === 'route' ? route.source : undefined;
};
