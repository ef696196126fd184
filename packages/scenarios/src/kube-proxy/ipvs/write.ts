import type { Address } from '@nodelocal/netfilter-sim';
import type { ProxiedNode } from '../services/proxied.ts';
import { savedRules } from './chains.ts';
import { filledSets } from './entries.ts';
import { filterRules } from './filter-rules.ts';
import { boundAddresses, frontsOf } from './fronts.ts';
import { natRules } from './nat-rules.ts';
import type { VirtualServer } from './servers.ts';
import { virtualServers } from './servers.ts';
import type { FilledSet } from './sets.ts';

/** What kube-proxy leaves on a node in one family. */
export interface IpvsWritten {
  /** As `iptables-save` or `ip6tables-save` prints it, without comments and counters. */
  readonly iptables: string;
  readonly sets: readonly FilledSet[];
  readonly servers: readonly VirtualServer[];
  /** Those of kube-ipvs0. */
  readonly addresses: readonly Address[];
}

/** The one that kube-proxy takes where it is told none. */
const DEFAULT_SCHEDULER = 'rr';

/**
 * What kube-proxy in IPVS mode comes to, on a node that has no rules of others.
 *
 * One that has been running all along comes to the same as one that has just started: at each round it makes all its chains anew,
 * and takes away the elements, virtual servers and addresses that are not of this round. Only a real server of a TCP port that is gone
 * stays as long as connections to it last, with weight 0 (graceful_termination.go of 1.34, `deleteRsFunc`); here nobody is connected.
 */
export const writeIpvs = (node: ProxiedNode): IpvsWritten => {
  const fronts = frontsOf(node);
  const sets = filledSets(node, fronts);
  const { ipvsScheduler } = node.settings;
  return {
    iptables: savedRules(node.family, { nat: natRules(node, sets), filter: filterRules(node, fronts, sets) }),
    sets: [...sets.values()],
    servers: virtualServers(fronts, ipvsScheduler === '' ? DEFAULT_SCHEDULER : ipvsScheduler),
    addresses: boundAddresses(fronts),
  };
};
