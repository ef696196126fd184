/*
 * When to stop hoping that the first question arrived. RFC 6298 §2 as for TCP: the smoothed round trip and four times
 * its deviation. The deviation matters: a resolver answers from its cache at once and from the Internet much later.
 */

/** Nothing known yet. A cold lookup of a resolver seldom takes longer, and a second question costs one packet. */
const FIRST_PATIENCE_MS = 500;

/**
 * In a cluster an answer takes a few milliseconds, but what is not in the upstream's cache may take 100 or 200; asking
 * again before that would double the upstream's work on every such name.
 */
const PATIENCE_MIN_MS = 250;

/** RFC 6298 §2 has at least 1 s; for a client that waits 5 s it is the most. */
const PATIENCE_MAX_MS = 1000;

/** The round trips of one upstream. */
export interface RoundTrip {
  observe(ms: number): void;
  /** How long to wait for a reply before asking once more, in milliseconds. */
  patience(): number;
}

export const createRoundTrip = (): RoundTrip => {
  let smoothed: number | undefined;
  let deviation = 0;
  return {
    observe(ms) {
      if (smoothed === undefined) {
        smoothed = ms;
        deviation = ms / 2;
        return;
      }
      deviation += (Math.abs(smoothed - ms) - deviation) / 4;
      smoothed += (ms - smoothed) / 8;
    },
    patience() {
      if (smoothed === undefined) return FIRST_PATIENCE_MS;
      return Math.min(PATIENCE_MAX_MS, Math.max(PATIENCE_MIN_MS, smoothed + 4 * deviation));
    },
  };
};
