import type { ConntrackView } from '../../shared/context.ts';

/** In the order in which they are printed (print_state of libxt_conntrack.c, iptables 1.8.9). */
export const CONNECTION_STATES = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT'] as const;

export type ConnectionState = (typeof CONNECTION_STATES)[number];

/**
 * What a packet is to connection tracking: one of the first five, and SNAT or DNAT beside it where
 * its connection is translated (conntrack_mt of net/netfilter/xt_conntrack.c, Linux 6.12).
 */
export const holdsState = (conntrack: ConntrackView, states: readonly ConnectionState[]): boolean => {
  switch (conntrack.kind) {
    case 'none':
      return states.includes('INVALID');
    case 'untracked':
      return states.includes('UNTRACKED');
    case 'tracked': {
      const { status } = conntrack.entry;
      return (
        states.includes(stateOfInfo[conntrack.info]) ||
        (status.sourceNat && states.includes('SNAT')) ||
        (status.destinationNat && states.includes('DNAT'))
      );
    }
  }
};

const stateOfInfo = { new: 'NEW', established: 'ESTABLISHED', related: 'RELATED' } as const;
