import type { Story } from '../report/story/story.ts';

/** What came of a question to a node. */
export interface Walked {
  readonly stories: readonly Story[];
  /** What its numbers rest on. */
  readonly assumptions: readonly string[];
  /** What was taken for granted, and what is left out. */
  readonly notes: readonly string[];
}
