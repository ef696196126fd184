import type { TableText } from './restore-text.ts';
import { comment } from './restore-text.ts';

interface Jump {
  readonly from: string;
  readonly to: string;
  readonly comment: string;
  /** Of connections that are new: the others were decided before. */
  readonly newOnly: boolean;
}

const LOAD_BALANCER = 'kubernetes load balancer firewall';
const SERVICES = 'kubernetes service portals';
const EXTERNAL = 'kubernetes externally-visible service portals';

const jump = (from: string, to: string, text: string, newOnly = false): Jump => ({ from, to, comment: text, newOnly });

/** As they come to stand: kube-proxy puts each before those that are there (iptablesJumpChains of 1.34, from its end). */
export const FILTER_JUMPS: readonly Jump[] = [
  jump('INPUT', 'KUBE-FIREWALL', ''),
  jump('INPUT', 'KUBE-PROXY-FIREWALL', LOAD_BALANCER, true),
  jump('INPUT', 'KUBE-NODEPORTS', 'kubernetes health check service ports'),
  jump('INPUT', 'KUBE-EXTERNAL-SERVICES', EXTERNAL, true),
  jump('FORWARD', 'KUBE-PROXY-FIREWALL', LOAD_BALANCER, true),
  jump('FORWARD', 'KUBE-FORWARD', 'kubernetes forwarding rules'),
  jump('FORWARD', 'KUBE-SERVICES', SERVICES, true),
  jump('FORWARD', 'KUBE-EXTERNAL-SERVICES', EXTERNAL, true),
  jump('OUTPUT', 'KUBE-FIREWALL', ''),
  jump('OUTPUT', 'KUBE-PROXY-FIREWALL', LOAD_BALANCER, true),
  jump('OUTPUT', 'KUBE-SERVICES', SERVICES, true),
];

export const NAT_JUMPS: readonly Jump[] = [
  jump('PREROUTING', 'KUBE-SERVICES', SERVICES),
  jump('OUTPUT', 'KUBE-SERVICES', SERVICES),
  jump('POSTROUTING', 'KUBE-POSTROUTING', 'kubernetes postrouting rules'),
];

export const writeJumps = (table: TableText, jumps: readonly Jump[]): void => {
  for (const { from, to, comment: text, newOnly } of jumps) {
    table.rule(from, newOnly ? '-m conntrack --ctstate NEW' : '', text === '' ? '' : comment(text), `-j ${to}`);
  }
};
