import type { Difference } from './difference.ts';
import { ANSWER_DIFFERENCES } from './differences-answers.ts';
import { CACHE_DIFFERENCES } from './differences-cache.ts';
import { EARLIER_DIFFERENCES } from './differences-earlier.ts';
import { UPSTREAM_DIFFERENCES } from './differences-upstream.ts';

/** The first is followed; the other is what node-cache 1.26.8 has inside. */
export const COREDNS_RELEASES = ['1.15.0', '1.14.4'] as const;
export type CoreDnsRelease = (typeof COREDNS_RELEASES)[number];

export const isCoreDnsRelease = (text: string): text is CoreDnsRelease => COREDNS_RELEASES.some((release) => release === text);

/** All that somebody who changes an image finds to be different; nothing else is. */
export const DIFFERENCES: readonly Difference[] = [...UPSTREAM_DIFFERENCES, ...ANSWER_DIFFERENCES, ...CACHE_DIFFERENCES];

/** And what one finds who comes from that release. */
export const differencesFrom = (release: CoreDnsRelease): readonly Difference[] => {
  switch (release) {
    case '1.15.0':
      return DIFFERENCES;
    case '1.14.4':
      return [...DIFFERENCES, ...EARLIER_DIFFERENCES];
  }
};
