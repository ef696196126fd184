import { nodeCacheTransaction } from '@nodelocal/dns-cache';
import { port, readNode, restoreInto, withAddresses } from '@nodelocal/netfilter-sim';
import type { Host, Node, NodeSnapshot } from '@nodelocal/netfilter-sim';
import { KUBELET_RULES } from '../../cluster/kubelet.ts';
import { writeIptables } from '../../kube-proxy/iptables/write.ts';
import { printSets } from '../../kube-proxy/ipvs/print-sets.ts';
import type { IpvsWritten } from '../../kube-proxy/ipvs/write.ts';
import { writeIpvs } from '../../kube-proxy/ipvs/write.ts';
import { proxiedNode } from '../../kube-proxy/services/proxied.ts';
import { readProxyFlags } from '../../kube-proxy/settings/read-flags.ts';
import type { LessonCluster } from './cluster.ts';
import { testNode } from './pods.ts';
import { cacheAddresses } from './services.ts';

/** node-cache's own ports. */
const PORTS = { dns: 53, health: 8080 } as const;

/** The device that kube-proxy in IPVS mode has the addresses of all Services on. */
export const IPVS_DEVICE = 'kube-ipvs0';

const proxied = (cluster: LessonCluster) => {
  const { operands: _, ...settings } = readProxyFlags(['--cluster-cidr', cluster.clusterCidr, '--proxy-mode', cluster.mode]);
  return proxiedNode(cluster.objects, testNode(cluster), 'ipv4', settings);
};

/** What kube-proxy in IPVS mode leaves on the reader's node. @throws LessonClusterError */
export const ipvsOf = (cluster: LessonCluster): IpvsWritten => writeIpvs(proxied(cluster));

const restored = (host: Host, text: string, by: string): Host => ({ ...host, ruleSets: { ...host.ruleSets, ipv4: restoreInto(host.ruleSets.ipv4, text, { file: by }) } });

const withKubelet = (host: Host): Host => restored(host, KUBELET_RULES, 'kubelet');

/** The reader's node before it has a cache. @throws LessonClusterError */
const nodeBefore = (cluster: LessonCluster): Node => {
  const readWith = (contents: NodeSnapshot['contents']): Node => readNode({ ...cluster.node, contents: { ...cluster.node.contents, ...contents } });
  switch (cluster.mode) {
    case 'iptables': {
      const { host, state } = readWith({ 'iptables-save.txt': writeIptables(proxied(cluster)) });
      return { host: withKubelet(host), state };
    }
    case 'ipvs': {
      const { iptables, sets, addresses } = ipvsOf(cluster);
      const { host, state } = readWith({ 'iptables-save.txt': iptables, 'ipset-save.txt': printSets(sets) });
      return { host: withAddresses(withKubelet(host), IPVS_DEVICE, addresses), state };
    }
  }
};

/** The reader's node with its cache: the link, the rules and the sockets. @throws LessonClusterError */
export const nodeWithCache = (cluster: LessonCluster): Node => {
  const { host, state } = nodeBefore(cluster);
  const addresses = cacheAddresses(cluster);
  const transaction = nodeCacheTransaction({ addresses, dnsPort: PORTS.dns, healthPort: PORTS.health });
  const sockets = addresses.flatMap((address) => (['udp', 'tcp'] as const).map((protocol) => ({ protocol, family: 'ipv4' as const, address, port: port(PORTS.dns) })));
  return { host: withAddresses(restored(host, transaction, 'node-cache'), cluster.device, addresses), state: { ...state, opened: [...state.opened, ...sockets] } };
};
