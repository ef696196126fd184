import type { Row } from '../row.ts';
import { attackRows } from './attacks.ts';
import { failureRows } from './cache-failures.ts';
import { keyRows } from './cache-keys.ts';
import { complianceRows } from './compliance.ts';
import { ednsRows } from './edns.ts';
import { forgeryRows } from './forgery.ts';
import { nameRows } from './names.ts';
import { queryRows } from './queries.ts';
import { replyRows } from './replies.ts';
import { sizeRows } from './sizes.ts';
import { tcpUpstreamRows } from './tcp-upstream.ts';
import { tcpRows } from './tcp.ts';
import { transparencyRows } from './transparency.ts';
import { ttlRows } from './ttl.ts';

export const allRows: readonly Row[] = [
  ...queryRows, ...nameRows, ...replyRows, ...ttlRows, ...keyRows, ...failureRows, ...transparencyRows, ...ednsRows,
  ...sizeRows, ...tcpRows, ...tcpUpstreamRows, ...complianceRows, ...forgeryRows, ...attackRows,
];
