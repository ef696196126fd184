import type { CheckedMessage, Question, RecordSpan } from '../message/check.ts';
import { foldName, foldNameAt, isNameAt } from '../message/name.ts';
import { CLASS, RCODE, TYPE } from '../message/numbers.ts';

/**
 * What kind of answer a reply is (CoreDNS 1.14.7, plugin/pkg/response/typify.go). `OutOfDate`: its signatures are, which the
 * calendar says and not `classify`.
 */
export type ReplyClass = 'NoError' | 'NameError' | 'ServerError' | 'NoData' | 'Delegation' | 'OtherError' | 'OutOfDate';

/** The coarser classes that the `log` directive selects by (plugin/pkg/response/classify.go). */
export type LogClass = 'success' | 'denial' | 'error';

const ownerOf = (message: CheckedMessage, record: RecordSpan): string => foldNameAt(message.bytes, record.start);

interface Aliases {
  readonly chain: readonly string[];
  /** Names in it that are aliases for two others (RFC 2181 §10.1). */
  readonly rivals: readonly string[];
  /** It goes in a circle, or has such a name: it has no end. */
  readonly isEndless: boolean;
}

/** A record of the answer section, of the class that was asked for: classes are separate (RFC 1035 §3.2.4). */
const isOfAnswer = ({ section, class: klass }: RecordSpan, question: Question): boolean => section === 'answer' && (question.class === CLASS.ANY || klass === question.class);

const followAliases = (message: CheckedMessage, question: Question): Aliases => {
  const targets = new Map<string, string>();
  const rivals = new Set<string>();
  for (const record of message.records) {
    if (record.type !== TYPE.CNAME || !isOfAnswer(record, question)) continue;
    const [owner, target] = [ownerOf(message, record), foldNameAt(message.bytes, record.rdataStart)];
    if ((targets.get(owner) ?? target) !== target) rivals.add(owner);
    targets.set(owner, target);
  }
  const chain = [foldName(question.name)];
  const seen = new Set(chain);
  let next = targets.get(chain[0] ?? '');
  for (; next !== undefined && !seen.has(next); next = targets.get(next)) {
    seen.add(next);
    chain.push(next);
  }
  const inChain = chain.filter((one) => rivals.has(one));
  return { chain, rivals: inChain, isEndless: next !== undefined || inChain.length > 0 };
};

/** The owner names that the answer section leads to from the question, following CNAMEs; the question's own first. */
export const aliasChain = (message: CheckedMessage): readonly string[] => (message.question === undefined ? [] : followAliases(message, message.question).chain);

/** What may stand beside a CNAME (RFC 4034 §3, §4). */
const BESIDE_ALIAS: ReadonlySet<number> = new Set([TYPE.RRSIG, TYPE.NSEC]);

/** Does the answer section hold what was asked, at the end of its CNAME chain (CoreDNS 1.15.0, plugin/cache/cache.go, answerHasType)? */
const reachesType = (message: CheckedMessage): boolean => {
  const { bytes, question, records } = message;
  if (question === undefined) return false;
  if (question.type === TYPE.ANY) return records.some((record) => isOfAnswer(record, question) && isNameAt(bytes, record.start, question.name));
  const isAnswer = (record: RecordSpan): boolean => record.type === question.type && isOfAnswer(record, question);
  if (!records.some(isAnswer)) return false;
  // Most answers need no chain, and then no text is made of any name.
  const hasAlias = records.some(({ section, type }) => section === 'answer' && type === TYPE.CNAME);
  if (!hasAlias) return records.some((record) => isAnswer(record) && isNameAt(bytes, record.start, question.name));
  const { chain, rivals, isEndless } = followAliases(message, question);
  // Who asks for an alias has it in hand, wherever it leads.
  if (question.type === TYPE.CNAME) return chain[0] !== undefined && !rivals.includes(chain[0]) && records.some((record) => isAnswer(record) && ownerOf(message, record) === chain[0]);
  const owners = BESIDE_ALIAS.has(question.type) ? chain : chain.slice(-1);
  return !isEndless && records.some((record) => isAnswer(record) && owners.includes(ownerOf(message, record)));
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
