import type { Setting } from '../cluster/setting.ts';

/** One experiment of the catalogue. */
export interface Scenario {
  readonly name: string;
  /** What it answers. */
  readonly question: string;
  /** What one should see. */
  readonly expect: string;
  readonly setting: Setting;
  /** What the pod looks up, one after the other. */
  readonly lookups: readonly string[];
}

/** The lesson's lookup, twice: the second time an answer can come from a cache. */
export const LESSON_LOOKUPS = ['kubernetes.default', 'kubernetes.default'] as const;
