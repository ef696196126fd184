import { routeGetText } from '@nodelocal/netfilter-sim';
import type { Host, Ipv4 } from '@nodelocal/netfilter-sim';
import type { LessonCluster } from './model/cluster.ts';
import { IPVS_DEVICE, nodeWithCache } from './model/node.ts';
import { testNode } from './model/pods.ts';
import { clusterDns } from './model/services.ts';
import { addressLines } from './print/address.ts';
import type { Exhibit, LessonStep } from './step.ts';

const addressOf = (cluster: LessonCluster, host: Host, device: string, see?: string): Exhibit => ({
  commands: [`docker exec ${testNode(cluster)} ip addr show ${device}`],
  output: addressLines(host, device),
  ...(see === undefined ? {} : { see }),
});

/** The cache's device; in IPVS mode also that of kube-proxy, which has what the other lacks. */
const devicesOf = (cluster: LessonCluster, host: Host): readonly Exhibit[] => {
  switch (cluster.mode) {
    case 'iptables':
      return [addressOf(cluster, host, cluster.device)];
    case 'ipvs':
      return [
        addressOf(cluster, host, cluster.device),
        addressOf(cluster, host, IPVS_DEVICE, `${clusterDns(cluster)} is kube-proxy's: what comes for it is for IPVS, so that the cache has its own address alone.`),
      ];
  }
};

export const interfaceOfCache: LessonStep = {
  number: 11,
  title: "The cache's addresses on the node",
  show: (cluster) => [
    {
      commands: [`NODE=$(kubectl get pod ${cluster.testPod} -o jsonpath='{.spec.nodeName}')`, `echo "${cluster.testPod} pod is running on node: $NODE"`],
      output: [`${cluster.testPod} pod is running on node: ${testNode(cluster)}`],
    },
    ...devicesOf(cluster, nodeWithCache(cluster).host),
  ],
};

export const localRoute: LessonStep = {
  number: 16,
  title: 'Where routing finds the address of kube-dns',
  show: (cluster) => {
    const { host } = nodeWithCache(cluster);
    const destination = clusterDns(cluster);
    const { text } = routeGetText(host, { destination: destination as Ipv4, mark: 0, tos: 0 });
    return [
      ...devicesOf(cluster, host),
      {
        commands: [`docker exec ${testNode(cluster)} ip route get ${destination}`],
        output: text.trimEnd().split('\n'),
        see: text.startsWith('local ') ? 'local: the packet goes no further than this node.' : 'The packet leaves this node.',
      },
    ];
  },
};
