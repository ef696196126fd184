import type { ShownSample } from '@nodelocal/dns-cache';
import { createTally } from '@nodelocal/dns-cache';
import { address } from '@nodelocal/netfilter-sim';
import type { Address } from '@nodelocal/netfilter-sim';
import { answerAsCoreDns } from '../../cluster/coredns.ts';
import { podResolvConf } from '../../cluster/kubelet.ts';
import { answerAsResolver } from '../../cluster/outside.ts';
import { readResolvConf } from '../../resolver/config.ts';
import type { LookupResult } from '../../resolver/machine.ts';
import { DELAY_MS } from '../../run/delays.ts';
import type { RecordedPacket } from '../../run/recording.ts';
import { createWorld } from '../../run/world.ts';
import type { LessonCluster } from './cluster.ts';
import { LessonClusterError } from './cluster.ts';
import { servedCorefile } from './corefile.ts';
import { nodeWithCache } from './node.ts';
import { podNamed } from './pods.ts';
import { clusterNames, corednsAddresses, podNameserver } from './services.ts';

/** What the reader does that the cache sees, and when: seconds from the start of the cache's pod. */
export interface Act {
  readonly atSeconds: number;
  /** A name that is looked up in the test pod; `undefined`: a look at the cache's metrics. */
  readonly name: string | undefined;
}

/** A lookup as it went. */
export interface Looked {
  readonly kind: 'looked';
  readonly name: string;
  readonly nameserver: string;
  readonly result: LookupResult;
  readonly packets: readonly RecordedPacket[];
  /** What the cache logged of it. */
  readonly lines: readonly string[];
}

/** What came of an act. */
export type Outcome = Looked | { readonly kind: 'scraped'; readonly samples: readonly ShownSample[] };

/** The device behind which the node has a pod. */
const deviceOf = (host: ReturnType<typeof nodeWithCache>['host'], pod: Address): string => {
  const route = host.routing.ipv4.routes.find(({ type, destination }) => type === 'unicast' && destination.length === 32 && destination.address === pod);
  const device = route?.nextHops[0]?.device;
  if (device === undefined) throw new LessonClusterError(`route to ${pod} on the node`);
  return device;
};

/**
 * What the reader sees who does this, one after the other, with a cache that serves `edited`, the Corefile of the ConfigMap.
 * @throws LessonClusterError
 */
export const perform = (cluster: LessonCluster, edited: string, acts: readonly Act[]): readonly Outcome[] => {
  const { host, state } = nodeWithCache(cluster);
  const pod = podNamed(cluster, cluster.testPod);
  if (pod.ip === undefined) throw new LessonClusterError(`address of pod ${pod.name}`);
  const own = address(pod.ip);
  const config = readResolvConf(podResolvConf(pod.namespace, { servers: [podNameserver(cluster, true)], domain: cluster.domain }));
  const [gateway] = readResolvConf(cluster.nodeResolvConf).nameservers;

  // No metric of a lookup is a time of day.
  const tally = createTally(() => 0);
  const outcomes: Outcome[] = [];
  let packets: RecordedPacket[] = [];
  let lines: string[] = [];
  const { clock, pod: asker } = createWorld({
    host,
    state,
    corefile: servedCorefile(cluster, edited),
    resolvConf: cluster.nodeResolvConf,
    pod: { address: own, device: deviceOf(host, own), config },
    uplink: cluster.uplink,
    servers: [
      { actor: 'CoreDNS', addresses: corednsAddresses(cluster), delayMs: DELAY_MS.coreDns, answer: (query) => answerAsCoreDns(clusterNames(cluster), query) },
      { actor: 'gateway', addresses: gateway === undefined ? [] : [address(gateway)], delayMs: DELAY_MS.outside, answer: (query) => answerAsResolver(cluster.outside, query) },
    ],
    localDns: cluster.localDns,
    seed: cluster.seed,
    record: (packet) => packets.push(packet),
    observe: (effect) => {
      tally.count(effect);
      if (effect.kind === 'log') lines.push(effect.line);
    },
  });

  for (const { atSeconds, name } of acts) {
    clock.at(atSeconds * 1000, () => {
      if (name === undefined) {
        outcomes.push({ kind: 'scraped', samples: tally.shown() });
        return;
      }
      [packets, lines] = [[], []];
      asker.look(name, (result) => outcomes.push({ kind: 'looked', name, nameserver: config.nameservers[0] ?? '', result, packets, lines }));
    });
  }
  clock.run(() => outcomes.length === acts.length);
  return outcomes;
};
