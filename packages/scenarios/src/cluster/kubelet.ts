import type { Address } from '@nodelocal/netfilter-sim';

/** What a kubelet is told for the DNS of its pods. */
export interface KubeletDns {
  /** `--cluster-dns`. */
  readonly servers: readonly Address[];
  /** `--cluster-domain`, without a final dot. */
  readonly domain: string;
}

/** kubelet.go's defaultDNSOptions: names with fewer dots are looked for in the search list first. */
const OPTIONS = ['ndots:5'];

/** The resolv.conf of a pod with `dnsPolicy: ClusterFirst` (pkg/kubelet/network/dns, 1.34), on a node that has no search list. */
export const podResolvConf = (namespace: string, { servers, domain }: KubeletDns): string =>
  [
    `search ${namespace}.svc.${domain} svc.${domain} ${domain}`,
    ...servers.map((server) => `nameserver ${server}`),
    `options ${OPTIONS.join(' ')}`,
    '',
  ].join('\n');

/** The kubelet's own rules (pkg/kubelet/kubelet_network_linux.go, 1.34), for `iptables-restore --noflush` behind those of kube-proxy. */
export const KUBELET_RULES = `*mangle
:KUBE-IPTABLES-HINT - [0:0]
:KUBE-KUBELET-CANARY - [0:0]
COMMIT
*nat
:KUBE-KUBELET-CANARY - [0:0]
COMMIT
*filter
:KUBE-FIREWALL - [0:0]
:KUBE-KUBELET-CANARY - [0:0]
-A INPUT -j KUBE-FIREWALL
-A OUTPUT -j KUBE-FIREWALL
-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP
COMMIT
`;
