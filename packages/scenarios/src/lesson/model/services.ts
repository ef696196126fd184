import type { Address } from '@nodelocal/netfilter-sim';
import type { ClusterNames } from '../../cluster/coredns.ts';
import type { Service } from '../../kubernetes/objects.ts';
import type { LessonCluster } from './cluster.ts';
import { LessonClusterError } from './cluster.ts';

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
      return own === undefined ? [] : [[`${name}.${namespace}.svc.${domain}.`, [own]]];
    }),
  ),
});
