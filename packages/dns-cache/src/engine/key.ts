import { foldName } from '../message/name.ts';
import type { Query } from '../message/query.ts';

/**
 * What makes two questions the same for a cache: name (ASCII case folded), type, class, DO and CD.
 * One character per octet, so that names which the wire tells apart never share an entry.
 */
export const cacheKey = ({ question, edns, header }: Query): string => {
  const bits = (edns?.dnssecOk === true ? 1 : 0) | (header.checkingDisabled ? 2 : 0);
  return `${foldName(question.name)}${String.fromCharCode(question.type, question.class, bits)}`;
};

/**
 * What makes two misses one: the upstream is asked in the same words over the same transport, so that its reply fits
 * both (a client without EDNS makes it truncate at 512 octets, one over TCP not at all).
 */
export const missKey = (query: Query, transport: 'udp' | 'tcp'): string =>
  `${cacheKey(query)}${query.header.recursionDesired ? 'r' : '-'}${query.edns === undefined ? '-' : 'e'}${transport}`;
