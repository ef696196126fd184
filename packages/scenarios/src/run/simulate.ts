import { port, printTable, readNode, routeOutput, seededChance } from '@nodelocal/netfilter-sim';
import type { Address, Host, NodeSnapshot, Packet } from '@nodelocal/netfilter-sim';
import { LESSON } from '../cluster/lesson.ts';
import { applySetting } from '../cluster/setting.ts';
import type { Setting } from '../cluster/setting.ts';
import { readResolvConf } from '../resolver/config.ts';
import type { LookupResult } from '../resolver/machine.ts';
import { createClock } from './clock.ts';
import { createCoreDns } from './coredns.ts';
import { DELAY_MS } from './delays.ts';
import { createNetwork } from './network.ts';
import type { Peer } from './network.ts';
import { createNodeCache } from './node-cache.ts';
import { createPod } from './pod.ts';
import type { RecordedEvent, RecordedLookup, RecordedPacket, Recording } from './recording.ts';

/** What a run needs from files: the node, its Corefile and its resolv.conf. */
export interface NodeInputs {
  readonly snapshot: NodeSnapshot;
  readonly corefile: string;
  readonly resolvConf: string;
}

export interface Experiment {
  readonly scenario: string;
  readonly setting: Setting;
  /** The names that the pod looks up, one after the other. */
  readonly lookups: readonly string[];
}

/** Replays an experiment on the lesson's cluster. The same seed gives the same recording. */
export const simulate = (experiment: Experiment, inputs: NodeInputs, seed: number): Recording => {
  const { setting } = experiment;
  const { host: found, state } = readNode(inputs.snapshot);
  const host = applySetting(found, setting, LESSON.clusterDns);
  const chance = seededChance(seed);
  const draw = (below: number): number => chance.integer(below);
  const clock = createClock();

  const events: RecordedEvent[] = [];
  const lookups: RecordedLookup[] = [];
  const conntrack: (readonly string[])[] = [];
  const note = (): { readonly atMs: number; readonly lookup: number } => ({ atMs: clock.nowMs, lookup: lookups.length });
  const record = (packet: RecordedPacket): void => {
    events.push({ ...note(), ...packet });
  };

  const local: Peer = { actor: 'node-cache', delayMs: 0, receive: (packet) => cache.receive(packet) };
  const peers = new Map<Address, Peer>([
    [LESSON.pod.address, { actor: 'pod', delayMs: DELAY_MS.podLink, receive: (packet) => pod.receive(packet) }],
    ...LESSON.coredns.map((own): [Address, Peer] => [
      own,
      { actor: 'CoreDNS', delayMs: DELAY_MS.nodeToNode, receive: (packet) => coreDns.receive(packet) },
    ]),
  ]);
  const network = createNetwork({ clock, host, state, chance, peerAt: (destination) => peers.get(destination), local, record });

  const inDelay = (delayMs: number, action: () => void): void => clock.at(clock.nowMs + delayMs, action);
  const pod = createPod({
    clock,
    address: LESSON.pod.address,
    config: readResolvConf(LESSON.resolvConf),
    draw,
    send: (packet) => inDelay(DELAY_MS.podLink, () => network.enter(packet, LESSON.pod.device, 'pod')),
  });
  const coreDns = createCoreDns({
    clock,
    names: LESSON.names,
    draw,
    send: (packet) => inDelay(DELAY_MS.nodeToNode, () => network.enter(packet, LESSON.uplink, 'CoreDNS')),
  });
  const cache = createNodeCache({
    clock,
    corefile: boundOnly(inputs.corefile, setting),
    resolvConf: inputs.resolvConf,
    draw,
    sourceFor: (destination) => sourceFor(host, destination),
    open: ({ address, port: number }, protocol) => {
      state.opened.push({ protocol, family: 'ipv4', address, port: port(number) });
    },
    send: (packet: Packet) => network.emit(packet, 'node-cache'),
    observe: (effect, question) => {
      const { outcome } = effect;
      // Refreshes are the cache's own business: the misses and stores that follow tell of them.
      if (outcome === 'refresh' || outcome === 'mismatch') return;
      const store = outcome === 'miss' ? undefined : effect.store;
      events.push({ ...note(), kind: 'cache', outcome, store, zone: effect.cache.zone, question });
    },
    log: (line) => events.push({ ...note(), kind: 'log', line }),
  });

  let done = false;
  const lookNext = (): void => {
    const name = experiment.lookups[lookups.length];
    if (name === undefined) {
      done = true;
      return;
    }
    const startedAtMs = clock.nowMs;
    pod.look(name, (result: LookupResult) => {
      lookups.push({ name, startedAtMs, elapsedMs: clock.nowMs - startedAtMs, result });
      conntrack.push(printTable(state.conntrack, state.now));
      clock.at(clock.nowMs + DELAY_MS.betweenLookups, lookNext);
    });
  };
  lookNext();
  clock.run(() => done);
  return { schema: 1, scenario: experiment.scenario, seed, setting, lookups, events, conntrack };
};

/** node-cache cannot listen on an address that the node does not have. */
const boundOnly = (corefile: string, { clusterIpBound }: Setting): string =>
  clusterIpBound ? corefile : corefile.replaceAll(` ${LESSON.clusterDns}`, '');

const sourceFor = (host: Host, destination: Address): Address => {
  const route = routeOutput(host, { destination, tos: 0, mark: 0, protocol: 6, inDevice: 'lo' });
  return (route.kind === 'route' ? route.source : undefined) ?? LESSON.localDns;
};
