import type { Hook, TableName } from '../ruleset/shared/hooks.ts';

/**
 * The path of a packet, as data: what runs at which hook, in which order.
 *
 *   from a device ─ PREROUTING ─ routing ─┬─ INPUT ─ socket
 *                                         └─ FORWARD ─ POSTROUTING ─ to a device
 *   from a socket ─ routing ─ OUTPUT ─ (routing again) ─ POSTROUTING ─ to a device
 *
 * A packet to the host itself leaves by `lo` and comes in again at PREROUTING with its route and its
 * conntrack entry kept.
 *
 * Priorities: include/uapi/linux/netfilter_ipv4.h; IPv6 has the same numbers.
 */
export interface HookFunction {
  readonly hook: Hook;
  /** Lower runs first: raw is -300, filter 0. */
  readonly priority: number;
  readonly runs: TableName | 'conntrack' | 'confirm';
  /** The tables of iptables' other back end, where a host has both; absent: those of the usual one. */
  readonly ofOther?: true;
}

const INT_MAX = 2_147_483_647;

/** What runs at each hook, in the kernel's order: the table that the walk reads. */
export const HOOK_FUNCTIONS: readonly HookFunction[] = [
  { hook: 'PREROUTING', priority: -300, runs: 'raw' },
  { hook: 'PREROUTING', priority: -200, runs: 'conntrack' },
  { hook: 'PREROUTING', priority: -150, runs: 'mangle' },
  { hook: 'PREROUTING', priority: -100, runs: 'nat' },

  { hook: 'INPUT', priority: -150, runs: 'mangle' },
  { hook: 'INPUT', priority: 0, runs: 'filter' },
  { hook: 'INPUT', priority: 50, runs: 'security' },
  { hook: 'INPUT', priority: 100, runs: 'nat' },
  { hook: 'INPUT', priority: INT_MAX, runs: 'confirm' },

  { hook: 'FORWARD', priority: -150, runs: 'mangle' },
  { hook: 'FORWARD', priority: 0, runs: 'filter' },
  { hook: 'FORWARD', priority: 50, runs: 'security' },

  { hook: 'OUTPUT', priority: -300, runs: 'raw' },
  { hook: 'OUTPUT', priority: -200, runs: 'conntrack' },
  { hook: 'OUTPUT', priority: -150, runs: 'mangle' },
  { hook: 'OUTPUT', priority: -100, runs: 'nat' },
  { hook: 'OUTPUT', priority: 0, runs: 'filter' },
  { hook: 'OUTPUT', priority: 50, runs: 'security' },

  { hook: 'POSTROUTING', priority: -150, runs: 'mangle' },
  { hook: 'POSTROUTING', priority: 100, runs: 'nat' },
  { hook: 'POSTROUTING', priority: INT_MAX, runs: 'confirm' },
];
