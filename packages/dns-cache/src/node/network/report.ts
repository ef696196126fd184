export type Counted =
  /** `coredns_nodecache_setup_errors_total`, of node-cache; its fifth errortype, `configmap`, is not the network's. */
  | { readonly kind: 'setup-error'; readonly errortype: 'iptables' | 'iptables_lock' | 'interface_add' | 'interface_check'; readonly times: number }
  /** `coredns_nodecache_mended_total`: what was there and was lost, or should not have been there. The first installation is none. */
  | { readonly kind: 'mended'; readonly what: 'rule' | 'link' | 'address' | 'order' | 'duplicate' | 'stale'; readonly times: number };

export interface Report {
  /** A line with its level, `[INFO] …`, without a time. */
  readonly log: (line: string) => void;
  readonly count: (counted: Counted) => void;
}

export const countMended = ({ count }: Report, what: Extract<Counted, { kind: 'mended' }>['what'], times: number): void => {
  if (times > 0) count({ kind: 'mended', what, times });
};
