import { encodeResponse, readMessage } from '@nodelocal/dns-cache';
import { addressRecords, UDP_BYTES, whatFits } from './answer.ts';

/** Names of the world outside the cluster, fully qualified, with their addresses of both families. */
export type OutsideNames = Readonly<Record<string, readonly string[]>>;

const TTL_SECONDS = 300;

/** The resolver that the node's own resolv.conf names. */
export const answerAsResolver = (names: OutsideNames, query: Uint8Array, transport: 'udp' | 'tcp' = 'udp', ttlSeconds = TTL_SECONDS): Uint8Array | undefined => {
  const message = readMessage(query);
  if (message.kind !== 'message' || message.response || message.question === undefined) return undefined;
  const { id, question, recursionDesired, edns } = message;
  const addresses = names[question.name.toLowerCase()];
  const { type } = question;
  const reply = { id, question, recursionDesired, recursionAvailable: true };
  if (addresses === undefined) return encodeResponse({ ...reply, rcode: 'NXDOMAIN' });
  const answers = type === 'A' || type === 'AAAA' ? addressRecords(question.name, type, ttlSeconds, addresses) : [];
  return whatFits({ ...reply, answers }, transport === 'tcp' ? Infinity : (edns?.udpPayloadSize ?? UDP_BYTES));
};
