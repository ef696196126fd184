import { EDNS_IGNORED_MAX, EDNS_MEMORY_MS } from './limits.ts';

/** What an upstream makes of the OPT record (RFC 6891 §7): most understand it, some refuse it, a few keep silent. */
export interface EdnsMemory {
  /** Should a question have OPT? `unanswered`: this query has been sent with it already, and nothing came back. */
  isWorthwhile(now: number, question: { readonly dnssecOk: boolean; readonly unanswered: boolean }): boolean;
  /** A question with OPT was answered. */
  understood(now: number): void;
  /** A question with OPT was answered with an error that the same question without OPT did not get. */
  refused(now: number): void;
  /** A question was answered without OPT while one with it was waiting. */
  ignored(now: number): void;
}

export const createEdnsMemory = (): EdnsMemory => {
  let understoodUntil = Number.NEGATIVE_INFINITY;
  let refusedUntil = Number.NEGATIVE_INFINITY;
  let ignoredUntil = Number.NEGATIVE_INFINITY;
  let ignoredCount = 0;
  return {
    isWorthwhile(now, { dnssecOk, unanswered }) {
      if (now < refusedUntil) return false;
      // DO is in OPT: without it there are no signatures, and who asks for them can do nothing with the answer.
      if (dnssecOk) return true;
      return now >= ignoredUntil && (!unanswered || now < understoodUntil);
    },
    understood(now) {
      understoodUntil = now + EDNS_MEMORY_MS;
      ignoredCount = 0;
    },
    refused(now) {
      refusedUntil = now + EDNS_MEMORY_MS;
    },
    ignored(now) {
      // Once may be a lost packet.
      ignoredCount += 1;
      if (ignoredCount >= EDNS_IGNORED_MAX) ignoredUntil = now + EDNS_MEMORY_MS;
    },
  };
};
