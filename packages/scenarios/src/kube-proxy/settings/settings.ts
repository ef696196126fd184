import type { Prefix } from '@nodelocal/netfilter-sim';

/** The modes of kube-proxy that are known. */
export const PROXY_MODES = ['iptables', 'nftables', 'ipvs'] as const;
/** What kube-proxy writes its rules for (`--proxy-mode`). */
export type ProxyMode = (typeof PROXY_MODES)[number];

/** How kube-proxy tells what a pod of its node sends from what comes from elsewhere (`--detect-local-mode`). */
export type LocalDetection =
  | { readonly kind: 'cluster-range'; readonly ranges: readonly Prefix[] }
  /** By the node's own ranges of pods. */
  | { readonly kind: 'node-range' }
  /** `interfaceName` is the bridge's (`--pod-bridge-interface`). */
  | { readonly kind: 'bridge'; readonly interfaceName: string }
  /** `prefix` is how the pods' devices begin (`--pod-interface-name-prefix`). */
  | { readonly kind: 'interface-prefix'; readonly prefix: string };

/** Where node ports are answered (`--nodeport-addresses`). */
export type NodePortAddresses =
  /** Nothing was said: it depends on the mode. */
  | { readonly kind: 'default' }
  /** At the addresses that the node's object has. */
  | { readonly kind: 'primary' }
  | { readonly kind: 'ranges'; readonly ranges: readonly Prefix[] };

/** What kube-proxy's command line says, as far as it decides rules; its defaults are those of 1.34. */
export interface ProxySettings {
  readonly mode: ProxyMode;
  readonly localDetection: LocalDetection;
  readonly nodePortAddresses: NodePortAddresses;
  /** `--masquerade-all`: whatever is for a cluster IP is masqueraded; false unless said. */
  readonly masqueradeAll: boolean;
  /** 0 to 31. */
  readonly masqueradeBit: number;
  /** `--iptables-localhost-nodeports`: node ports are there on 127.0.0.1 too; true unless said. */
  readonly localhostNodePorts: boolean;
  /** `--ipvs-scheduler`, `rr` unless said. */
  readonly ipvsScheduler: string;
}
