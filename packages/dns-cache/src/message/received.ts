import type { Reply } from './answer.ts';
import { UNCHANGED_TTL } from './answer.ts';
import type { CheckedMessage } from './check.ts';
import { readExtendedErrors } from './extended-error.ts';
import type { KeptMessage } from './kept.ts';
import { optOctets } from './opt.ts';
import type { Query } from './query.ts';
import { SIGNATURES, withoutSignatures } from './unsigned.ts';

/** RFC 4035 §3.2.1: who did not set DO gets no signatures, even where an upstream sends them unasked. */
export const receivedReply = ({ edns }: Query, message: CheckedMessage, kept: KeptMessage): Reply => {
  const { authoritative, authenticated, recursionAvailable } = message.header;
  const reply: Reply = {
    message: kept,
    ttl: UNCHANGED_TTL,
    flags: { authoritative, authenticated, recursionAvailable },
    extendedErrors: readExtendedErrors(message.edns?.options ?? []),
    options: [],
    optOctets: edns === undefined ? 0 : optOctets(message.edns),
  };
  const unasked = edns?.dnssecOk !== true && message.records.some(({ type }) => SIGNATURES.has(type));
  return unasked ? withoutSignatures(reply) : reply;
};
