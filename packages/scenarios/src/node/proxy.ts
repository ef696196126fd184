import { readNode, restoreInto, withAddresses } from '@nodelocal/netfilter-sim';
import type { Host, Node, NodeOptions, NodeSnapshot } from '@nodelocal/netfilter-sim';
import { KUBELET_RULES } from '../cluster/kubelet.ts';
import { writeIptables } from '../kube-proxy/iptables/write.ts';
import { printSets } from '../kube-proxy/ipvs/print-sets.ts';
import { writeIpvs } from '../kube-proxy/ipvs/write.ts';
import { writeNftables } from '../kube-proxy/nftables/write.ts';
import type { ProxiedNode } from '../kube-proxy/services/proxied.ts';
import { proxiedNode } from '../kube-proxy/services/proxied.ts';
import { readProxyFlags } from '../kube-proxy/settings/read-flags.ts';
import type { KubernetesObjects } from '../kubernetes/objects.ts';
import type { ClusterNode } from '../scenario/node-source.ts';

/** The device that kube-proxy in IPVS mode has the addresses of all Services on, and what tells that IPVS is there. */
const IPVS_DEVICE = 'kube-ipvs0';
const IPVS_SYSCTL = 'net.ipv4.vs.conntrack = 1\n';

const proxied = ({ node, proxyMode, proxyFlags }: ClusterNode, objects: KubernetesObjects): ProxiedNode => {
  const { operands: _, ...settings } = readProxyFlags([...proxyFlags, '--proxy-mode', proxyMode]);
  return proxiedNode(objects, node, 'ipv4', settings);
};

export const restored = (host: Host, text: string, by: string): Host => ({ ...host, ruleSets: { ...host.ruleSets, ipv4: restoreInto(host.ruleSets.ipv4, text, { file: by }) } });

/**
 * The node as kube-proxy and the kubelet leave it.
 * @throws NoSuchNodeError, ProxyFlagError
 */
export const nodeWithProxy = (source: ClusterNode, objects: KubernetesObjects, snapshot: NodeSnapshot, options: NodeOptions): Node => {
  const written = proxied(source, objects);
  const { 'iptables-save.txt': _, 'nft-ruleset.txt': _nft, 'nft-ruleset.json': _json, ...rest } = snapshot.contents;
  const readWith = (contents: NodeSnapshot['contents']): Node => {
    const { host, state } = readNode({ ...snapshot, contents: { ...rest, ...contents } }, options);
    return { host: restored(host, KUBELET_RULES, 'kubelet'), state };
  };
  switch (source.proxyMode) {
    case 'iptables':
      return readWith({ 'iptables-save.txt': writeIptables(written) });
    case 'nftables':
      return readWith({ 'nft-ruleset.txt': writeNftables(written, undefined) });
    case 'ipvs': {
      const { iptables, sets, addresses } = writeIpvs(written);
      const sysctls = `${rest['sysctl.txt'] ?? ''}\n${IPVS_SYSCTL}`;
      const { host, state } = readWith({ 'iptables-save.txt': iptables, 'ipset-save.txt': printSets(sets), 'sysctl.txt': sysctls });
      return { host: withAddresses(host, IPVS_DEVICE, addresses), state };
    }
  }
};
