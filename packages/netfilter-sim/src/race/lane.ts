import type { Flight } from '../flight/flight.ts';
import { functionsAt } from '../hooks/schedule.ts';
import type { Host } from '../host/host.ts';
import type { TraceStep } from '../trace/step.ts';

/**
 * What packets that race can see of each other: conntrack's lookup, the two translation decisions and
 * the confirmation. Everything else that a packet does concerns itself alone.
 */
const MOVES = ['look up', 'translate destination', 'translate source', 'confirm'] as const;
/** A step of a packet that others can see. */
export type Move = (typeof MOVES)[number];

/** One packet of a race, with what happened to it so far. */
export interface Lane {
  readonly flight: Flight;
  readonly trace: readonly TraceStep[];
}

/**
 * The move that the flight makes with its next step; `undefined` where the step is its own business.
 * An untracked packet makes none at all.
 */
export const moveOf = (host: Host, { stage, conntrack, packet }: Flight): Move | undefined => {
  if (stage.kind !== 'hook') return undefined;
  const runs = functionsAt(host, packet.family, stage.hook)[stage.next]?.runs;
  if (runs === 'conntrack') return conntrack.kind === 'tracked' || conntrack.kind === 'untracked' ? undefined : 'look up';
  if (conntrack.kind !== 'tracked') return undefined;
  switch (runs) {
    case 'nat':
      return stage.hook === 'PREROUTING' || stage.hook === 'OUTPUT' ? 'translate destination' : 'translate source';
    case 'confirm':
      return 'confirm';
    case 'raw':
    case 'mangle':
    case 'filter':
    case 'security':
    case 'nftables':
    case 'edge':
    case undefined:
      return undefined;
  }
};

export const isOver = ({ stage }: Flight): boolean => stage.kind === 'ended' || stage.kind === 'held';
