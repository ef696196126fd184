import type { CheckedMessage, RecordSpan } from '../message/check.ts';
import { foldName, foldNameAt, isNameAt } from '../message/name.ts';
import { RCODE, TYPE } from '../message/numbers.ts';

/**
 * What kind of answer a reply is (CoreDNS 1.14.7, plugin/pkg/response/typify.go). `OutOfDate`: its signatures are, which the
 * calendar says and not `classify`.
 */
export type ReplyClass = 'NoError' | 'NameError' | 'ServerError' | 'NoData' | 'Delegation' | 'OtherError' | 'OutOfDate';

/** The coarser classes that the `log` directive selects by (plugin/pkg/response/classify.go). */
export type LogClass = 'success' | 'denial' | 'error';

const ownerOf = (message: CheckedMessage, record: RecordSpan): string => foldNameAt(message.bytes, record.start);

/** The owner names that the answer section leads to from the question, following CNAMEs; the question's own first. */
export const aliasChain = (message: CheckedMessage): readonly string[] => {
  if (message.question === undefined) return [];
  const targets = new Map<string, string>();
  for (const record of message.records) {
    if (record.section !== 'answer' || record.type !== TYPE.CNAME) continue;
    targets.set(ownerOf(message, record), foldNameAt(message.bytes, record.rdataStart));
  }
  const chain = [foldName(message.question.name)];
  const seen = new Set(chain);
  for (let next = targets.get(chain[0] ?? ''); next !== undefined && !seen.has(next); next = targets.get(next)) {
    seen.add(next);
    chain.push(next);
  }
  return chain;
};

/** Does the answer section hold what was asked, at the end of its CNAME chain? */
const reachesType = (message: CheckedMessage): boolean => {
  const { bytes, question, records } = message;
  if (question?.type === TYPE.ANY) return true;
  const isAnswer = ({ section, type }: RecordSpan): boolean => section === 'answer' && type === question?.type;
  if (question === undefined || !records.some(isAnswer)) return false;
  // Most answers need no chain, and then no text is made of any name.
  if (records.some((record) => isAnswer(record) && isNameAt(bytes, record.start, question.name))) return true;
  const chain = aliasChain(message);
  return records.some((record) => isAnswer(record) && chain.includes(ownerOf(message, record)));
};

/** @param rcode all twelve bits: those in the message's OPT may be gone with it. */
export const classify = (message: CheckedMessage, rcode: number): ReplyClass => {
  const { header, records } = message;
  const hasAnswer = header.answerCount > 0;
  const inAuthority = (type: number): boolean =>
    records.some((record) => record.section === 'authority' && record.type === type);
  switch (rcode) {
    case RCODE.NOERROR:
      if (hasAnswer && reachesType(message)) return 'NoError';
      if (inAuthority(TYPE.SOA)) return 'NoData';
      // A CNAME that leads nowhere, and no SOA that says so: nothing to keep (RFC 2308 §5).
      if (hasAnswer) return 'OtherError';
      return inAuthority(TYPE.NS) ? 'Delegation' : 'NoError';
    case RCODE.NXDOMAIN:
      // The end of a CNAME chain does not exist. CoreDNS keeps no such reply since 1.14.5.
      return hasAnswer ? 'OtherError' : 'NameError';
    case RCODE.SERVFAIL:
    case RCODE.NOTIMP:
      return 'ServerError';
    default:
      return 'OtherError';
  }
};

export const logClass = (reply: ReplyClass): LogClass => {
  switch (reply) {
    case 'NoError':
    case 'Delegation':
      return 'success';
    case 'NameError':
    case 'NoData':
      return 'denial';
    case 'ServerError':
    case 'OtherError':
    case 'OutOfDate':
      return 'error';
  }
};
