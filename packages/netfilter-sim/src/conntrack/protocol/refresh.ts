import { later } from '../../time.ts';
import type { Duration } from '../../time.ts';
import { account } from '../entry/accounting.ts';
import type { TrackInput } from './machine.ts';

/** Extends the life of an entry, and counts the packet (`__nf_ct_refresh_acct`, nf_conntrack_core.c, 6.12). */
export const refresh = ({ entry, packet, direction, now }: TrackInput, timeout: Duration): void => {
  account(entry.accounting, packet, direction);
  if (entry.status.fixedTimeout) return;
  if (entry.status.confirmed) entry.expiresAt = later(now, timeout);
  else entry.timeout = timeout;
};
