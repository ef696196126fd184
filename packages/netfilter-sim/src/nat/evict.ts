import type { Entry } from '../conntrack/entry/entry.ts';
import type { Tuple } from '../conntrack/entry/tuple.ts';
import type { TcpState } from '../conntrack/entry/tcp-tracking.ts';
import { find, remove, zoneOf } from '../conntrack/table.ts';
import type { ConntrackState } from '../conntrack/table.ts';
import { atLeast } from '../kernel-version.ts';
import type { KernelVersion } from '../kernel-version.ts';
import type { Instant } from '../time.ts';

/** NF_NAT_HARDER_THRESH: so few ports are left to try before it evicts. */
const HARDER_ATTEMPTS = 32;

/** Whether a search for a port may evict a connection that is over, for a SYN alone; since 6.5. */
export const mayEvict = ({ tracking }: Entry, attemptsLeft: number, version: KernelVersion): boolean =>
  attemptsLeft <= HARDER_ATTEMPTS && tracking.kind === 'tcp' && tracking.state === 'SYN_SENT' && atLeast(version, 6, 5);

/** TIME_WAIT and all behind it. */
const OVER: readonly TcpState[] = ['TIME_WAIT', 'CLOSE', 'SYN_SENT2'];

/** Whether answers with this tuple stay another connection's; one that is over gives way (`nf_nat_used_tuple_harder`, 6.18). */
export const staysTaken = (state: ConntrackState, reply: Tuple, by: Entry, now: Instant): boolean => {
  const found = find(state, reply, zoneOf(by), now);
  if (found === undefined) return false;
  const { entry, direction } = found;
  if (direction === 'original' || !isOver(entry) || !goesBeyond(by, entry)) return true;
  remove(state, entry);
  return entry.status.offloaded;
};

const isOver = ({ tracking, status }: Entry): boolean =>
  tracking.kind === 'tcp' && OVER.includes(tracking.state) && !status.fixedTimeout && !status.dying && status.sourceNat;

/** Then the server takes late segments of the old connection for invalid. */
const goesBeyond = ({ tracking: by }: Entry, { tracking: old }: Entry): boolean =>
  by.kind === 'tcp' && old.kind === 'tcp' && ((by.sides.original.end - old.sides.original.end) | 0) > 0;
