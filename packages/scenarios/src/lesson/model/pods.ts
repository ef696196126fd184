import type { ListedPod } from '../../kubernetes/listing/listing.ts';
import type { LessonCluster } from './cluster.ts';
import { LessonClusterError } from './cluster.ts';

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
