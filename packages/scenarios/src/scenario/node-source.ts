/** Where the node comes from. */
export type NodeSource =
  /** What a node's own tools printed, as it was; its rules stay what they are. `folder` is its name in `ScenarioInputs`. */
  | { readonly kind: 'folder'; readonly folder: string }
  | ClusterNode;

/** A node of a cluster: kube-proxy's rules are written for its objects, and written anew when endpoints come and go. */
export interface ClusterNode {
  readonly kind: 'cluster';
  /** The name of the file with the objects. */
  readonly objects: string;
  /** The node's name in it. */
  readonly node: string;
  /** The folder that tells its interfaces and routes. */
  readonly folder: string;
  readonly proxyMode: 'iptables' | 'nftables' | 'ipvs';
  /** kube-proxy's own flags, as far as they decide rules: `--cluster-cidr`, `192.168.0.0/16`. */
  readonly proxyFlags: readonly string[];
}
