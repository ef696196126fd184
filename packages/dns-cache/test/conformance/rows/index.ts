import type { Row } from '../row.ts';
import { attackRows } from './attacks.ts';
import { brokenQueryRows } from './broken-queries.ts';
import { keyRows } from './cache-keys.ts';
import { complianceRows } from './compliance.ts';
import { denialRows } from './denials.ts';
import { ednsOptionRows } from './edns-options.ts';
import { ednsRows } from './edns.ts';
import { failureRows } from './failures.ts';
import { forgeryRows } from './forgery.ts';
import { nameRows } from './names.ts';
import { queryRows } from './queries.ts';
import { reachRows } from './reach.ts';
import { replyRows } from './replies.ts';
import { sizeRows } from './sizes.ts';
import { staleRows } from './stale.ts';
import { tcpLimitRows } from './tcp-limits.ts';
import { tcpUpstreamRows } from './tcp-upstream.ts';
import { tcpRows } from './tcp.ts';
import { transparencyRows } from './transparency.ts';
import { ttlRows } from './ttl.ts';
import { unwantedRows } from './unwanted.ts';

/** The requirements by section; each has a test file of its own, so that sections run beside each other. */
export const sections = {
  'wire format': { Queries: queryRows, 'Broken queries': brokenQueryRows, Names: nameRows, Replies: replyRows },
  caching: { TTLs: ttlRows, Denials: denialRows, Keys: keyRows, Failures: failureRows, 'Stale answers': staleRows },
  transparency: { Records: transparencyRows, Reach: reachRows },
  EDNS: { EDNS: ednsRows, Options: ednsOptionRows, Sizes: sizeRows },
  TCP: { Clients: tcpRows, Limits: tcpLimitRows, Upstreams: tcpUpstreamRows },
  compliance: { 'RFC 8906': complianceRows },
  attacks: { Forgery: forgeryRows, Unwanted: unwantedRows, Attacks: attackRows },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly Row[]>>>>;

export const allRows: readonly Row[] = Object.values(sections).flatMap((section) =>
  Object.values(section).flatMap((rows: readonly Row[]) => rows),
);
