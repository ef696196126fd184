import type { RaceStory } from '../story/race-story.ts';
import type { Story } from '../story/story.ts';

/** All that a page shows; it travels inside the page as JSON. */
export interface PageData {
  readonly title: string;
  readonly stories: readonly Story[];
  readonly races: readonly RaceStory[];
}
