import type { Compared, Comparison } from '../../compare/comparison.ts';
import { measuredLines } from '../../compare/text.ts';
import type { RecordedEntry } from '../../run/recording.ts';
import { entriesOverTime } from '../../measure/entries.ts';
import { recordingSentence } from '../sentence.ts';
import { momentsOf } from './moments.ts';
import type { RaceStory } from './race-story.ts';
import { recordedRace } from './recorded-race.ts';
import type { EntryLife, Story } from './story.ts';
import { waitsOf } from './waits.ts';

/** A comparison as a page shows it: a story each, a race where there was one, and what the numbers rest on. */
export interface ToldComparison {
  readonly stories: readonly Story[];
  /** What the numbers rest on, in sentences. */
  readonly assumptions: readonly string[];
  readonly races: readonly RaceStory[];
}

/** A comparison as what is drawn of it. */
export const tellComparison = ({ rows, assumptions }: Comparison): ToldComparison => ({
  stories: rows.map(tellStory),
  assumptions,
  races: rows.flatMap(({ measured, recording }) => recordedRace(measured.name, recording)),
});

/** Nothing is said that the recording does not show. */
const tellStory = ({ measured, recording }: Compared): Story => ({
  name: measured.name,
  seed: measured.seed,
  sentence: recordingSentence(recording),
  facts: measuredLines(measured),
  moments: momentsOf(recording),
  entries: [{ atMs: 0, count: 0 }, ...entriesOverTime(recording).map(({ atMs, entries }) => ({ atMs, count: entries }))],
  lives: recording.entries.map(lifeOf),
  endMs: recording.endedAtMs,
  waits: waitsOf(recording),
});

const lifeOf = ({ original, reply, fromMs, untilMs, end }: RecordedEntry): EntryLife => ({ entry: `${original} / ${reply}`, fromMs, untilMs, end: END_WORDS[end] });

const END_WORDS = { 'times-out': 'times out', evicted: 'is evicted', deleted: 'is deleted', closed: 'is closed' } as const;
