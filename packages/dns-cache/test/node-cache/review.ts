import { isDeepStrictEqual } from 'node:util';
import type { Explained, ExplainedFact } from './explained.ts';
import type { Differences } from './judge.ts';

/** Stands where a row has to be named by whoever reviews it. */
const UNREVIEWED = '?';

type Value = Differences['facts'][number];

/** The rows that were named for this value, or for this field in another step of the case. */
const rowsOf = ({ field, ours }: Value, { facts }: Explained): readonly string[] => {
  const known = facts.filter((fact) => fact.field === field);
  return (known.find((fact) => fact.ours.some((value) => isDeepStrictEqual(value, ours))) ?? known[0])?.rows ?? [UNREVIEWED];
};

const sameFact = (one: ExplainedFact, other: ExplainedFact): boolean =>
  one.field === other.field && isDeepStrictEqual(one.ours, other.ours) && isDeepStrictEqual(one.rows, other.rows);

/** One entry for all steps that show the same. */
const merge = (facts: readonly ExplainedFact[]): readonly ExplainedFact[] =>
  facts.reduce<readonly ExplainedFact[]>((merged, fact) => {
    const same = merged.find((each) => sameFact(each, fact));
    return same === undefined ? [...merged, fact] : merged.map((each) => (each === same ? { ...each, steps: [...each.steps, ...fact.steps] } : each));
  }, []);

/** What was seen now as explanations: rows that were named stay, what is new waits for a name; values left to chance stay. */
export const toReview = ({ facts, log }: Differences, before: Explained): Explained => {
  const entryOf = ({ step, field }: Value): ExplainedFact | undefined => before.facts.find((fact) => fact.field === field && fact.steps.includes(step));
  const seen = facts.map((value): ExplainedFact => {
    const entry = entryOf(value);
    const isKnown = entry?.ours.some((each) => isDeepStrictEqual(each, value.ours)) === true;
    return { rows: entry?.rows ?? rowsOf(value, before), steps: [value.step], field: value.field, ours: isKnown && entry !== undefined ? entry.ours : [value.ours] };
  });
  const byChance = before.facts
    .filter(({ ours }) => ours.length > 1)
    .flatMap((fact) => fact.steps.map((step) => ({ ...fact, steps: [step] })))
    .filter(({ field, steps }) => !seen.some((fact) => fact.field === field && fact.steps[0] === steps[0]));
  const sometimes = before.log?.sometimes ?? [];
  const [lost, ours] = [log.lost, log.ours].map((lines) => lines.filter((line) => !sometimes.includes(line))) as [string[], string[]];
  return {
    facts: merge([...seen, ...byChance]),
    ...(lost.length + ours.length + sometimes.length === 0
      ? {}
      : { log: { rows: before.log?.rows ?? [UNREVIEWED], lost, ours, ...(sometimes.length === 0 ? {} : { sometimes }) } }),
  };
};
