import { address } from '@nodelocal/netfilter-sim';
import type { Address, NodeSnapshot } from '@nodelocal/netfilter-sim';
import type { OutsideNames } from '../../cluster/outside.ts';
import type { Listing } from '../../kubernetes/listing/listing.ts';
import type { KubernetesObjects } from '../../kubernetes/objects.ts';

/** The modes of kube-proxy that the lesson speaks of. */
export const LESSON_MODES = ['iptables', 'ipvs'] as const;
export type LessonMode = (typeof LESSON_MODES)[number];

/** What of the cluster comes from files. */
export interface LessonFiles {
  readonly objects: KubernetesObjects;
  readonly listing: Listing;
  /** The node of the pod that asks, before it has a cache. Its rules are not read: kube-proxy's are written anew. */
  readonly node: NodeSnapshot;
  /** The resolv.conf of the node. */
  readonly nodeResolvConf: string;
  /** The Corefile in the manifest, with all its placeholders. */
  readonly template: string;
}

/** All that the outputs of the lesson are computed from. */
export interface LessonCluster extends LessonFiles {
  readonly mode: LessonMode;
  /** The cluster's domain, without a final dot. */
  readonly domain: string;
  readonly clusterCidr: string;
  /** The address that the cache has on every node, and the device that it is on. */
  readonly localDns: Address;
  readonly device: string;
  /** The device by which the node reaches the others. */
  readonly uplink: string;
  /** The pod from which the reader asks, in the namespace `default`. */
  readonly testPod: string;
  readonly outside: OutsideNames;
  /** What is in the manifest, as `kubectl create` names it. */
  readonly manifest: readonly string[];
  /** How often the reader types the command of step 18: a name that nobody asks for twice is never a hit. */
  readonly repeats: number;
  /** What chance decides follows from it. */
  readonly seed: number;
}

/** The lesson's cluster, but for what its files say. */
export const lessonCluster = (files: LessonFiles, mode: LessonMode): LessonCluster => ({
  ...files,
  mode,
  domain: 'cluster.local',
  clusterCidr: '192.168.0.0/16',
  localDns: address('169.254.20.10'),
  device: 'nodelocaldns',
  uplink: 'eth0',
  testPod: 'dns-test',
  // An address for documentation: no packet goes there.
  outside: { 'google.com.': ['198.51.100.14', '2001:db8::14'] },
  // cluster/addons/dns/nodelocaldns/nodelocaldns.yaml of Kubernetes 1.34, in its order.
  manifest: ['serviceaccount/node-local-dns', 'service/kube-dns-upstream', 'configmap/node-local-dns', 'daemonset.apps/node-local-dns', 'service/node-local-dns'],
  repeats: 3,
  seed: 1,
});

/** The objects lack what the lesson speaks of. */
export class LessonClusterError extends Error {
  constructor(what: string) {
    super(`the lesson's cluster has no ${what}`);
    this.name = 'LessonClusterError';
  }
}
