import { encodeResponse } from '@nodelocal/dns-cache';
import type { RecordOptions, ResponseOptions } from '@nodelocal/dns-cache';

/** What an answer over UDP may have where the query has no EDNS (RFC 1035 §4.2.1). */
export const UDP_BYTES = 512;

/** Those of the addresses that are of the type's family, as records. */
export const addressRecords = (name: string, type: 'A' | 'AAAA', ttlSeconds: number, addresses: readonly string[]): readonly RecordOptions[] =>
  addresses
    .filter((address) => address.includes(':') === (type === 'AAAA'))
    .map((address) => ({ name, type, ttlSeconds, data: { kind: 'address', address } }));

/** The answer, or as many whole records of it as fit, with TC (RFC 2181 §9), as CoreDNS and resolvers send it. */
export const whatFits = (response: ResponseOptions, octetsMax: number): Uint8Array => {
  const { answers = [] } = response;
  const whole = encodeResponse(response);
  if (whole.length <= octetsMax) return whole;
  for (let count = answers.length - 1; count > 0; count -= 1) {
    const part = encodeResponse({ ...response, truncated: true, answers: answers.slice(0, count) });
    if (part.length <= octetsMax) return part;
  }
  return encodeResponse({ ...response, truncated: true, answers: [] });
};
