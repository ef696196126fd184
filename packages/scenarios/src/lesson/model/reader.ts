import type { ShownSample } from '@nodelocal/dns-cache';
import { createTally } from '@nodelocal/dns-cache';
import { address } from '@nodelocal/netfilter-sim';
import type { Address } from '@nodelocal/netfilter-sim';
import { podResolvConf } from '../../cluster/kubelet.ts';
import { LESSON_COREDNS, LESSON_GATEWAY, LESSON_SCENARIO } from '../../cluster/lesson-scenario.ts';
import { readResolvConf } from '../../resolver/config.ts';
import type { LookupResult } from '../../resolver/machine.ts';
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
  const resolvConf = podResolvConf(pod.namespace, { servers: [podNameserver(cluster, true)], domain: cluster.domain });
  const [nameserver = ''] = readResolvConf(resolvConf).nameservers;
  const [gateway] = readResolvConf(cluster.nodeResolvConf).nameservers;

  // No metric of a lookup is a time of day.
  const tally = createTally(() => 0);
  const outcomes: Outcome[] = [];
  let packets: RecordedPacket[] = [];
  let lines: string[] = [];
  const world = createWorld({
    node: { host, state },
    resolvConf: cluster.nodeResolvConf,
    sentAtOnce: 'in-turn',
    links: LESSON_SCENARIO.links,
    clients: [{ name: pod.name, at: { kind: 'pod', address: own, device: deviceOf(host, own) }, resolver: 'glibc', resolvConf }],
    servers: [
      { ...LESSON_COREDNS, addresses: corednsAddresses(cluster), at: { kind: 'elsewhere', device: cluster.uplink }, knows: { kind: 'cluster', ...clusterNames(cluster) } },
      { ...LESSON_GATEWAY, addresses: gateway === undefined ? [] : [gateway], at: { kind: 'elsewhere', device: cluster.uplink }, knows: { kind: 'outside', names: cluster.outside } },
    ],
    localDns: cluster.localDns,
    seed: cluster.seed,
    record: (event) => {
      if (event.kind === 'packet') packets.push(event);
    },
    observe: (effect) => {
      tally.count(effect);
      if (effect.kind === 'log') lines.push(effect.line);
    },
  });

  const { clock } = world;
  world.agent.start(servedCorefile(cluster, edited), 'settled');
  for (const { atSeconds, name } of acts) {
    clock.at(atSeconds * 1000, () => {
      if (name === undefined) {
        outcomes.push({ kind: 'scraped', samples: tally.shown() });
        return;
      }
      [packets, lines] = [[], []];
      world.look(pod.name, 0, { name, call: 'any-family' }, (result) => outcomes.push({ kind: 'looked', name, nameserver, result, packets, lines }));
    });
  }
  clock.run(() => outcomes.length === acts.length);
  return outcomes;
};
