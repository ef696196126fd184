import type { Difference } from './difference.ts';
import { ANSWER_DIFFERENCES } from './differences-answers.ts';
import { CACHE_DIFFERENCES } from './differences-cache.ts';
import { UPSTREAM_DIFFERENCES } from './differences-upstream.ts';

/** The release that is followed. */
export const COREDNS_RELEASE = '1.15.0';

/** All that somebody who changes an image finds to be different; nothing else is. */
export const DIFFERENCES: readonly Difference[] = [...UPSTREAM_DIFFERENCES, ...ANSWER_DIFFERENCES, ...CACHE_DIFFERENCES];
