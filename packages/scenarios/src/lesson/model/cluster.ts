import { address } from '@nodelocal/netfilter-sim';
import type { Address, NodeSnapshot } from '@nodelocal/netfilter-sim';
import type { ClusterNames } from '../../cluster/coredns.ts';
import type { OutsideNames } from '../../cluster/outside.ts';
import type { ListedPod, Listing } from '../../kubernetes/listing/listing.ts';
import type { KubernetesObjects, Service } from '../../kubernetes/objects.ts';

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

const SYSTEM = 'kube-system';

const serviceNamed = ({ objects }: LessonCluster, name: string): Service => {
  const found = objects.services.find((each) => each.namespace === SYSTEM && each.name === name);
  if (found === undefined) throw new LessonClusterError(`Service ${SYSTEM}/${name}`);
  return found;
};

/** The Service's address, as the manifest's `sed` and pods' environments have it. @throws LessonClusterError */
const serviceAddress = (cluster: LessonCluster, name: string): Address => {
  const found = serviceNamed(cluster, name).clusterIps.get('ipv4');
  if (found === undefined) throw new LessonClusterError(`IPv4 address of Service ${SYSTEM}/${name}`);
  return found;
};

/** Where pods send their queries before there is a cache. @throws LessonClusterError */
export const clusterDns = (cluster: LessonCluster): Address => serviceAddress(cluster, 'kube-dns');

/** The Service that the cache asks: in IPVS mode that of the pods, whose address the cache leaves alone. @throws LessonClusterError */
export const upstreamDns = (cluster: LessonCluster): Address => (cluster.mode === 'ipvs' ? clusterDns(cluster) : serviceAddress(cluster, 'kube-dns-upstream'));

/** What the cache listens on: IPVS has bound the Service's address itself. @throws LessonClusterError */
export const cacheAddresses = (cluster: LessonCluster): readonly Address[] => (cluster.mode === 'ipvs' ? [cluster.localDns] : [cluster.localDns, clusterDns(cluster)]);

/** What a kubelet tells pods: in IPVS mode the local address takes the place of the Service's once there is a cache. @throws LessonClusterError */
export const podNameserver = (cluster: LessonCluster, hasCache: boolean): Address => (cluster.mode === 'ipvs' && hasCache ? cluster.localDns : clusterDns(cluster));

/** The pods behind kube-dns. */
export const corednsAddresses = ({ objects }: LessonCluster): readonly Address[] => [
  ...new Set(
    objects.endpointSlices
      .filter(({ labels, namespace }) => namespace === SYSTEM && labels.get('kubernetes.io/service-name') === 'kube-dns')
      .flatMap(({ endpoints }) => endpoints.filter(({ isReady }) => isReady).map((endpoint) => endpoint.address)),
  ),
];

/** What CoreDNS knows: a name for each Service that has an address. */
export const clusterNames = ({ objects, domain }: LessonCluster): ClusterNames => ({
  domain: `${domain}.`,
  services: Object.fromEntries(
    objects.services.flatMap(({ namespace, name, clusterIps }) => {
      const own = clusterIps.get('ipv4');
      return own === undefined ? [] : [[`${name}.${namespace}.svc.${domain}.`, own]];
    }),
  ),
});

/** @throws LessonClusterError */
export const podNamed = ({ listing }: LessonCluster, name: string): ListedPod => {
  const found = listing.pods.find((each) => each.name === name);
  if (found === undefined) throw new LessonClusterError(`pod ${name}`);
  return found;
};

/** The node of the pod from which the reader asks. @throws LessonClusterError */
export const testNode = (cluster: LessonCluster): string => {
  const { nodeName } = podNamed(cluster, cluster.testPod);
  if (nodeName === undefined) throw new LessonClusterError(`node for pod ${cluster.testPod}`);
  return nodeName;
};

/** The cache's pod on that node. @throws LessonClusterError */
export const cachePod = (cluster: LessonCluster): ListedPod => {
  const node = testNode(cluster);
  const found = cluster.listing.pods.find(({ labels, nodeName }) => labels.get('k8s-app') === 'node-local-dns' && nodeName === node);
  if (found === undefined) throw new LessonClusterError(`pod of NodeLocal DNSCache on ${node}`);
  return found;
};
