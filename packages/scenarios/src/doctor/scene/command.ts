import type { InspectedChain } from '@nodelocal/dns-cache';

/** What mends a fault: a line for a shell. */
export interface Command {
  /** Where it is typed: on the node, as root, or wherever kubectl reaches the cluster. */
  readonly where: 'node' | 'cluster';
  /** As it is typed. */
  readonly text: string;
}

export const onNode = (text: string): Command => ({ where: 'node', text });

export const inCluster = (text: string): Command => ({ where: 'cluster', text });

/** The kubelet starts a pod of the DaemonSet anew once it is gone. On most nodes the name is that of the host. */
export const RESTART_CACHE = inCluster('kubectl -n kube-system delete pod -l k8s-app=node-local-dns --field-selector spec.nodeName=$(hostname)');

/** A rule as `iptables-save` prints it: its quotes are a shell's, but for what a shell sees in them. */
export const ruleCommand = (program: string, flag: '-I' | '-D', rule: { readonly table: string; readonly chain: string; readonly spec: string }): Command =>
  onNode(`${program} -w -t ${rule.table} ${flag} ${rule.chain} ${rule.spec.replaceAll(/[$`]/g, String.raw`\$&`)}`);

/** Out, and in again above all others. Packets in between go the way that they go now. */
export const onTop = (program: string, { rules }: InspectedChain): readonly Command[] => [
  ...rules.flatMap(({ table, chain, copies }) => copies.map((spec) => ruleCommand(program, '-D', { table, chain, spec }))),
  ...rules.map((rule) => ruleCommand(program, '-I', rule)),
];
