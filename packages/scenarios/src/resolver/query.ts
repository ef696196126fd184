import type { MessageValue } from '@nodelocal/dns-cache';
import { encodeQuery, readMessage } from '@nodelocal/dns-cache';
import type { ResolverConfig } from './config.ts';

/** One of the questions for a name. */
export interface Query {
  /** Of the DNS message, 0 to 65535. */
  readonly id: number;
  readonly type: 'A' | 'AAAA';
}

/** The octets of a query, with AD where `trust-ad` is set; `ednsSize` is what EDNS offers, in octets. */
export const queryOctets = (
  name: string,
  { id, type }: Query,
  { trustAd }: Pick<ResolverConfig, 'trustAd'>,
  ednsSize: number | undefined,
): Uint8Array =>
  encodeQuery({ id, name, type, authenticated: trustAd, ...(ednsSize === undefined ? {} : { edns: { udpPayloadSize: ednsSize } }) });

/** A question with its answer. */
export interface Reply {
  readonly query: Query;
  readonly message: MessageValue;
}

/** The message, if it answers one of these queries by its number and its question. */
export const answerTo = (bytes: Uint8Array, name: string, queries: readonly Query[]): Reply | undefined => {
  const message = readMessage(bytes, 'authorities');
  if (message.kind !== 'message' || !message.response) return undefined;
  const query = queries.find(({ id, type }) => id === message.id && (message.question?.type ?? type) === type);
  const asked = message.question?.name ?? name;
  return query === undefined || asked.toLowerCase() !== name.toLowerCase() ? undefined : { query, message };
};

/** The addresses that messages answer with. */
export const addressesIn = (messages: readonly MessageValue[]): readonly string[] =>
  messages.flatMap(({ answers }) => answers.flatMap(({ data }) => (data.kind === 'address' ? [data.address] : [])));

/** An answer of a server that neither knows nor asks others: no data, no authority, no recursion, nothing besides. */
export const isLame = ({ rcode, answers, authoritative, recursionAvailable, additionals, edns }: MessageValue): boolean =>
  rcode === 'NOERROR' && answers.length === 0 && !authoritative && !recursionAvailable && additionals.length === 0 && edns === undefined;
