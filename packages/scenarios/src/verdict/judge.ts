import { countsOf } from '../measure/counts.ts';
import { answeredBy, lossesOf, notModelledOf } from '../measure/events.ts';
import type { RecordedLookup, Recording } from '../run/recording.ts';
import type { Expectation } from '../scenario/expectation.ts';

/** Whether a recording shows what was expected, and what it shows. */
export interface Verdict {
  readonly expectation: Expectation;
  /** The recording shows it. */
  readonly holds: boolean;
  /** In words. */
  readonly seen: string;
}

/** Each of its scenario's expectations, or of others. @param expectations those of the recording's scenario unless others are given */
export const judge = (recording: Recording, expectations: readonly Expectation[] = recording.given.expectations): readonly Verdict[] =>
  expectations.map((expectation) => ({ expectation, ...judgeOne(recording, expectation) }));

type Judged = Omit<Verdict, 'expectation'>;

const judgeOne = (recording: Recording, expectation: Expectation): Judged => {
  switch (expectation.kind) {
    case 'counts': {
      const count = countsOf(recording)[expectation.of];
      return { holds: within(count, expectation), seen: String(count) };
    }
    case 'resolves': {
      const lookups = lookupsOf(recording, expectation.lookup);
      const holds = lookups.length > 0 && lookups.every(({ result, elapsedMs }) => result.kind === 'resolved' && elapsedMs <= (expectation.withinMs ?? Infinity));
      return { holds, seen: lookups.map(lookupText).join(', ') };
    }
    case 'fails': {
      const lookups = lookupsOf(recording, expectation.lookup);
      return { holds: lookups.length > 0 && lookups.every((lookup) => outcomeOf(lookup) === expectation.why), seen: lookups.map(lookupText).join(', ') };
    }
    case 'answered-by': {
      const who = answeredBy(recording).toSorted();
      return { holds: who.join() === expectation.who.toSorted().join(), seen: who.join(', ') || 'nobody' };
    }
    case 'loses': {
      const losses = lossesOf(recording);
      const { min = 1, max } = expectation;
      const bounds = max === undefined ? { min } : { min: Math.min(min, max), max };
      const count = losses.filter(({ why }) => why === expectation.why).length;
      return { holds: within(count, bounds), seen: `${count}; lost for whatever reason: ${[...new Set(losses.map(({ why }) => why))].join(', ') || 'nothing'}` };
    }
    case 'says-not-modelled': {
      const said = [...new Set(notModelledOf(recording))];
      return { holds: said.some((what) => what.includes(expectation.what)), seen: said.join('; ') || 'nothing' };
    }
    case 'logs': {
      const lines = recording.events.flatMap((event) => (event.kind === 'log' ? [event.line] : []));
      return { holds: lines.some((line) => line.includes(expectation.what)), seen: lines.at(-1) ?? 'nothing' };
    }
  }
};

const within = (count: number, { min = 0, max = Infinity }: { readonly min?: number; readonly max?: number }): boolean => min <= count && count <= max;

/** By the number that people count with: from 1, in the order in which they began. */
const lookupsOf = ({ lookups }: Recording, wanted: number | undefined): readonly RecordedLookup[] =>
  wanted === undefined ? lookups : lookups.filter(({ number }) => number === wanted - 1);

const outcomeOf = ({ result }: RecordedLookup): string => (result.kind === 'failed' ? result.why : result.kind);

const lookupText = (lookup: RecordedLookup): string => `${outcomeOf(lookup)} after ${Math.round(lookup.elapsedMs)} ms`;
