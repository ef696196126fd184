import type { Address, Node } from '@nodelocal/netfilter-sim';
import type { PreflightPlan } from '../node/plan.ts';

/**
 * TCP connections to an address that somebody else answers now: once their packets are no longer tracked, the node itself
 * gets them, knows no such connection, and resets it.
 */
export interface OpenConnections {
  readonly kind: 'open-connections';
  readonly address: Address;
  /** How many, at least 1. */
  readonly count: number;
}

const TCP = 6;

export const findOpenConnections = ({ state }: Node, { addresses, dnsPort }: PreflightPlan): readonly OpenConnections[] =>
  addresses.flatMap((address) => {
    const open = [...state.conntrack.entries.values()].filter(
      ({ original, reply }) =>
        original.kind === 'ports' && original.protocol === TCP && original.dst === address && original.dport === dnsPort && reply.src !== address,
    );
    return open.length === 0 ? [] : [{ kind: 'open-connections', address, count: open.length }];
  });
