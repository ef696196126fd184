import type { RaceStory } from '../story/race-story.ts';
import type { Story } from '../story/story.ts';

/** All that a page shows; it travels inside the page as JSON. */
export interface PageData {
  /** In plain text. */
  readonly title: string;
  /** What it is about, a paragraph each. */
  readonly about: readonly string[];
  readonly stories: readonly Story[];
  /** What the numbers rest on, in sentences. */
  readonly assumptions: readonly string[];
  readonly races: readonly RaceStory[];
}
