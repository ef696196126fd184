import type { ProxiedNode } from '../services/proxied.ts';
import { FILTER_JUMPS, NAT_JUMPS, writeJumps } from './jumps.ts';
import { answersAtLoopback } from './node-port-places.ts';
import type { RestoreText } from './restore-text.ts';
import { comment } from './restore-text.ts';

const FILTER_CHAINS = ['KUBE-EXTERNAL-SERVICES', 'KUBE-FIREWALL', 'KUBE-FORWARD', 'KUBE-NODEPORTS', 'KUBE-PROXY-CANARY', 'KUBE-PROXY-FIREWALL', 'KUBE-SERVICES'];
const NAT_CHAINS = ['KUBE-MARK-MASQ', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-PROXY-CANARY', 'KUBE-SERVICES'];

/** The mark on what is to be masqueraded. */
const markOf = ({ settings: { masqueradeBit } }: ProxiedNode): string => `0x${(2 ** masqueradeBit).toString(16)}`;

/** Rules that are there whatever Services there are (pkg/proxy/iptables/proxier.go of 1.34, syncProxyRules). */
export const writeBaseRules = (node: ProxiedNode, { filter, nat }: RestoreText): void => {
  for (const name of FILTER_CHAINS) filter.chain(name);
  for (const name of NAT_CHAINS) nat.chain(name);
  writeJumps(filter, FILTER_JUMPS);
  writeJumps(nat, NAT_JUMPS);
  const mark = markOf(node);
  nat.rule('KUBE-POSTROUTING', `-m mark ! --mark ${mark}/${mark} -j RETURN`);
  // It may pass here once more, and is not to be masqueraded twice.
  nat.rule('KUBE-POSTROUTING', `-j MARK --xor-mark ${mark}`);
  nat.rule('KUBE-POSTROUTING', comment('kubernetes service traffic requiring SNAT'), '-j MASQUERADE --random-fully');
  nat.rule('KUBE-MARK-MASQ', `-j MARK --or-mark ${mark}`);
  if (answersAtLoopback(node)) {
    // route_localnet lets others send to 127.0.0.1 of this node (kubernetes/kubernetes#90259).
    filter.rule('KUBE-FIREWALL', comment('block incoming localnet connections'), '-d 127.0.0.0/8 ! -s 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP');
  }
  filter.rule('KUBE-FORWARD', '-m conntrack --ctstate INVALID -m nfacct --nfacct-name ct_state_invalid_dropped_pkts -j DROP');
  filter.rule('KUBE-FORWARD', comment('kubernetes forwarding rules'), `-m mark --mark ${mark}/${mark} -j ACCEPT`);
  filter.rule('KUBE-FORWARD', comment('kubernetes forwarding conntrack rule'), '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT');
};
