import { podResolvConf } from '../cluster/kubelet.ts';
import type { LessonCluster } from './model/cluster.ts';
import { podNamed } from './model/pods.ts';
import { podNameserver } from './model/services.ts';
import { nodeLines, podLines, serviceLines } from './print/objects.ts';
import type { Exhibit, LessonStep } from './step.ts';

const SYSTEM = 'kube-system';

export const nodesAndCoreDns: LessonStep = {
  number: 1,
  title: 'The nodes, and the CoreDNS pods',
  show: ({ listing }, now) => [
    { commands: ['kubectl get nodes -o wide'], output: nodeLines(listing.nodes, now) },
    {
      commands: ['kubectl get pods -n kube-system -l k8s-app=kube-dns -o wide'],
      output: podLines(
        listing.pods.filter(({ namespace, labels }) => namespace === SYSTEM && labels.get('k8s-app') === 'kube-dns'),
        now,
      ),
    },
  ],
};

/** The test pod's resolv.conf, as its kubelet has written it. @throws LessonClusterError */
export const resolvConfOf = (cluster: LessonCluster, hasCache: boolean): Exhibit => {
  const { name, namespace } = podNamed(cluster, cluster.testPod);
  const conf = podResolvConf(namespace, { servers: [podNameserver(cluster, hasCache)], domain: cluster.domain });
  return { commands: [`kubectl exec ${name} -- cat /etc/resolv.conf`], output: conf.trimEnd().split('\n') };
};

export const dnsBefore: LessonStep = {
  number: 2,
  title: 'DNS before there is a cache',
  show: (cluster, now) => [
    {
      commands: ['kubectl get svc kube-dns -n kube-system'],
      output: serviceLines(
        cluster.listing.services.filter(({ namespace, name }) => namespace === SYSTEM && name === 'kube-dns'),
        now,
      ),
    },
    { ...resolvConfOf(cluster, false), see: `Each query goes to ${podNameserver(cluster, false)}, and kube-proxy's rules send it on to a CoreDNS pod.` },
  ],
};
