import { encodeResponse, readMessage } from '@nodelocal/dns-cache';
import { answerAsCoreDns } from '../cluster/coredns.ts';
import { answerAsResolver } from '../cluster/outside.ts';
import type { Draw } from '../resolver/machine.ts';
import type { Deed, Habit, Knowledge } from '../scenario/server.ts';

/** How a query came to a server. */
export interface Arrived {
  readonly server: string;
  readonly transport: 'udp' | 'tcp';
  readonly query: Uint8Array;
}

/** Steps in which chance is asked for a part. */
const SHARES = 1_000_000;

/** What a server does with a query; `undefined`: what it always does. */
export const deedFor = (habits: readonly Habit[], { server, transport, query }: Arrived, draw: Draw): Deed | undefined => {
  const message = readMessage(query);
  const question = message.kind === 'message' ? message.question : undefined;
  return habits.find(
    ({ for: pattern }) =>
      (pattern.server ?? server) === server &&
      (pattern.transport ?? transport) === transport &&
      (pattern.type ?? question?.type) === question?.type &&
      (pattern.nameEnd === undefined || question?.name.toLowerCase().endsWith(pattern.nameEnd) === true) &&
      (pattern.share === undefined || draw(SHARES) < pattern.share * SHARES),
  )?.does;
};

/** What it says of its own knowledge. */
export const answerFrom = (knows: Exclude<Knowledge, { kind: 'forwarded' }>, { query, transport }: Arrived): Uint8Array | undefined => {
  switch (knows.kind) {
    case 'cluster':
      return answerAsCoreDns(knows, query, transport);
    case 'outside':
      return answerAsResolver(knows.names, query, transport);
  }
};

/** That a name does not exist; who has authority says so with its SOA, without which nobody keeps it (RFC 2308 §5). */
export const denialFrom = (knows: Knowledge, { query, transport }: Arrived): Uint8Array | undefined =>
  knows.kind === 'cluster' ? answerAsCoreDns({ ...knows, services: {} }, query, transport) : bareAnswer(query, { rcode: 'NXDOMAIN' });

/** An answer that is only a response code, or only TC. */
export const bareAnswer = (query: Uint8Array, how: { readonly rcode: string } | { readonly truncated: true }): Uint8Array | undefined => {
  const message = readMessage(query);
  if (message.kind !== 'message' || message.question === undefined) return undefined;
  const { id, question, recursionDesired } = message;
  return encodeResponse({ id, question, recursionDesired, recursionAvailable: true, ...how });
};
