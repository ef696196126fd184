import type { Reply } from './answer.ts';
import type { WireRecord } from './build.ts';
import { editReply, replyRecords } from './compose.ts';
import { recheck } from './kept.ts';
import { TYPE } from './numbers.ts';

/** What only those who set DO asked for, but for answers to who asks for the type (RFC 4035 §3.2.1, RFC 5155 §7.2). */
export const SIGNATURES: ReadonlySet<number> = new Set([TYPE.RRSIG, TYPE.NSEC, TYPE.NSEC3]);

/** The reply without signatures and proofs, but for what the question is about; the same one where it has none. */
export const withoutSignatures = (reply: Reply): Reply => {
  const { question, records } = recheck(reply.message);
  const asked = question?.type;
  // Proofs of what does not exist stand in the authority section; in an answer such a record is data like any other.
  const isSurplus = ({ section, type }: Pick<WireRecord, 'section' | 'type'>): boolean =>
    SIGNATURES.has(type) && type !== asked && (section !== 'answer' || type === TYPE.RRSIG);
  if (asked === TYPE.ANY || !records.some(isSurplus)) return reply;
  return editReply(reply, { records: replyRecords(reply).filter((record) => !isSurplus(record)) });
};
