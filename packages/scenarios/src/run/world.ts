import { port, routeOutput, seededChance } from '@nodelocal/netfilter-sim';
import type { Address, Host, HostState, Packet } from '@nodelocal/netfilter-sim';
import type { Effect } from '@nodelocal/dns-cache';
import type { ResolverConfig } from '../resolver/config.ts';
import { createClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { DELAY_MS } from './delays.ts';
import { createDnsServers } from './dns-servers.ts';
import { createNetwork } from './network.ts';
import type { Peer } from './network.ts';
import { createNodeCache } from './node-cache.ts';
import { createPod } from './pod.ts';
import type { Pod } from './pod.ts';
import type { Actor, RecordedPacket } from './recording.ts';

/** DNS servers that the node reaches by its uplink. */
interface Servers {
  readonly actor: Actor;
  readonly addresses: readonly Address[];
  /** What they take to answer, in milliseconds. */
  readonly delayMs: number;
  readonly answer: (query: Uint8Array) => Uint8Array | undefined;
}

export interface WorldOptions {
  readonly host: Host;
  readonly state: HostState;
  /** Of the cache on the node, and the resolv.conf that it reads. */
  readonly corefile: string;
  readonly resolvConf: string;
  readonly pod: { readonly address: Address; readonly device: string; readonly config: ResolverConfig };
  readonly uplink: string;
  readonly servers: readonly Servers[];
  /** The cache's source where the node has no route to tell one. */
  readonly localDns: Address;
  /** What chance decides follows from it. */
  readonly seed: number;
  readonly record: (packet: RecordedPacket) => void;
  /** What the cache's engine does; `question` is that of the message that it is about. */
  readonly observe: (effect: Effect, question: string) => void;
}

/** A node with its cache, a pod on it, and servers elsewhere, in virtual time. */
export interface World {
  readonly clock: Clock;
  readonly pod: Pick<Pod, 'look'>;
}

export const createWorld = (options: WorldOptions): World => {
  const { host, state, uplink } = options;
  const chance = seededChance(options.seed);
  const draw = (below: number): number => chance.integer(below);
  const clock = createClock();
  const inDelay = (delayMs: number, action: () => void): void => clock.at(clock.nowMs + delayMs, action);

  const local: Peer = { actor: 'node-cache', delayMs: 0, receive: (packet) => cache.receive(packet) };
  const peers = new Map<Address, Peer>([
    [options.pod.address, { actor: 'pod', delayMs: DELAY_MS.podLink, receive: (packet) => pod.receive(packet) }],
    ...options.servers.flatMap(({ actor, addresses, answer, delayMs }) => {
      const servers = createDnsServers({
        clock,
        answer,
        delayMs,
        draw,
        send: (packet) => inDelay(DELAY_MS.nodeToNode, () => network.enter(packet, uplink, actor)),
      });
      const peer: Peer = { actor, delayMs: DELAY_MS.nodeToNode, receive: (packet) => servers.receive(packet) };
      return addresses.map((own): [Address, Peer] => [own, peer]);
    }),
  ]);
  const network = createNetwork({ clock, host, state, chance, peerAt: (destination) => peers.get(destination), local, record: options.record });

  const pod = createPod({
    clock,
    address: options.pod.address,
    config: options.pod.config,
    draw,
    send: (packet) => inDelay(DELAY_MS.podLink, () => network.enter(packet, options.pod.device, 'pod')),
  });
  const cache = createNodeCache({
    clock,
    corefile: options.corefile,
    resolvConf: options.resolvConf,
    draw,
    sourceFor: (destination) => sourceFor(host, destination) ?? options.localDns,
    open: ({ address, port: number }, protocol) => {
      state.opened.push({ protocol, family: 'ipv4', address, port: port(number) });
    },
    send: (packet: Packet) => network.emit(packet, 'node-cache'),
    observe: options.observe,
  });
  return { clock, pod };
};

const sourceFor = (host: Host, destination: Address): Address | undefined => {
  const route = routeOutput(host, { destination, tos: 0, mark: 0, protocol: 6, inDevice: 'lo' });
  return route.kind === 'route' ? route.source : undefined;
};
