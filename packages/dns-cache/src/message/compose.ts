import type { Reply } from './answer.ts';
import { toldSeconds, UNCHANGED_TTL } from './answer.ts';
import type { WireRecord } from './build.ts';
import { buildFitting } from './build.ts';
import type { Question } from './check.ts';
import type { KeptMessage } from './kept.ts';
import { keepMessage, recheck, toWireRecord } from './kept.ts';
import { isTruncated } from './header.ts';
import { RCODE } from './numbers.ts';

/*
 * Replies that we write ourselves, or change on their way. A plugin that touches records pays for reading and building
 * a message; one that does not should leave the octets alone.
 */

interface Composed {
  readonly question: Question;
  readonly rcode?: number;
  /** Each in its section; OPT is the server's business. */
  readonly records?: readonly WireRecord[];
  readonly recursionAvailable?: boolean;
  readonly truncated?: boolean;
}

const keepComposed = (composed: Composed): KeptMessage => {
  const { question, rcode = RCODE.NOERROR, records = [], recursionAvailable, truncated } = composed;
  const flags = {
    response: true,
    rcode: rcode & 15,
    recursionAvailable: recursionAvailable === true,
    truncated: truncated === true,
  };
  // Records come from clients' and upstreams' data: more than one message holds must not stop the server.
  const kept = keepMessage(recheck({ bytes: buildFitting({ id: 0, flags, question, records }).bytes }));
  if (kept.kind === 'malformed') throw new RangeError(`a composed message is malformed: ${kept.reason}`);
  return { ...kept, rcode };
};

/** A reply of our own; AA is set, as a plugin that answers itself does in CoreDNS; truncated where it is too long. */
export const composeReply = (composed: Composed): Reply => ({
  message: keepComposed(composed),
  ttl: UNCHANGED_TTL,
  flags: { authoritative: true, authenticated: false, recursionAvailable: composed.recursionAvailable ?? false },
  extendedErrors: [],
  options: [],
});

/** The records of a reply with the TTLs that the client would be told, names and RDATA expanded. */
export const replyRecords = (reply: Reply): readonly WireRecord[] => {
  const message = recheck(reply.message);
  return message.records.map((record) => ({
    ...toWireRecord(message.bytes, record),
    ttl: toldSeconds(reply.ttl, record.ttl),
  }));
};

export interface ReplyEdit {
  readonly question?: Question;
  readonly rcode?: number;
  readonly records?: readonly WireRecord[];
  /** As the reply was, unless given. */
  readonly truncated?: boolean;
}

/** The same reply with another question, response code or other records; truncated where it is too long. */
export const editReply = (reply: Reply, edit: ReplyEdit): Reply => {
  const question = edit.question ?? recheck(reply.message).question;
  if (question === undefined) throw new RangeError('a reply without a question');
  const message = keepComposed({
    question,
    rcode: edit.rcode ?? reply.message.rcode,
    records: edit.records ?? replyRecords(reply),
    truncated: edit.truncated ?? isTruncated(reply.message.bytes),
  });
  return { ...reply, message, ttl: UNCHANGED_TTL };
};
