import { later } from '../../time.ts';
import type { Duration, Instant } from '../../time.ts';
import type { Entry } from '../entry/entry.ts';

/** Extends the life of an entry (`__nf_ct_refresh_acct`, nf_conntrack_core.c, 6.12). */
export const refresh = (entry: Entry, timeout: Duration, now: Instant): void => {
  if (entry.status.fixedTimeout) return;
  if (entry.status.confirmed) entry.expiresAt = later(now, timeout);
  else entry.timeout = timeout;
};
