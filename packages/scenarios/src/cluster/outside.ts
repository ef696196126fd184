import { encodeResponse, readMessage } from '@nodelocal/dns-cache';
import type { RecordOptions } from '@nodelocal/dns-cache';

/** Names of the world outside the cluster, fully qualified, with their addresses of both families. */
export type OutsideNames = Readonly<Record<string, readonly string[]>>;

const OUTSIDE_TTL_SECONDS = 300;

/** The resolver that the node's own resolv.conf names. */
export const answerAsResolver = (names: OutsideNames, query: Uint8Array, ttlSeconds = OUTSIDE_TTL_SECONDS): Uint8Array | undefined => {
  const message = readMessage(query);
  if (message.kind !== 'message' || message.response || message.question === undefined) return undefined;
  const { id, question, recursionDesired } = message;
  const addresses = names[question.name.toLowerCase()];
  const { type } = question;
  const answers: readonly RecordOptions[] =
    type === 'A' || type === 'AAAA'
      ? (addresses ?? [])
          .filter((address) => address.includes(':') === (type === 'AAAA'))
          .map((address) => ({ name: question.name, type, ttlSeconds, data: { kind: 'address', address } }))
      : [];
  return encodeResponse({ id, question, recursionDesired, recursionAvailable: true, rcode: addresses === undefined ? 'NXDOMAIN' : 'NOERROR', answers });
};
