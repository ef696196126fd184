import { HEADER_OCTETS } from '../message/header.ts';
import { uncompressedOctets } from '../message/kept.ts';
import { OPT_OCTETS } from '../message/opt.ts';
import type { Query } from '../message/query.ts';
import { questionOctets } from '../message/question.ts';
import type { Outcome } from './handler.ts';

/** What CoreDNS tells of an answer's size, in its log and its metrics: without name compression, with an OPT only where an upstream sent one. */
export const answerOctets = (query: Query, outcome: Outcome): number => {
  switch (outcome.kind) {
    case 'reply':
      return uncompressedOctets(outcome.reply.message) + (outcome.reply.optOctets ?? 0);
    case 'failure':
      return HEADER_OCTETS + questionOctets(query.question) + (outcome.isWritten === true && query.edns !== undefined ? OPT_OCTETS : 0);
    case 'silence':
      return 0;
  }
};
