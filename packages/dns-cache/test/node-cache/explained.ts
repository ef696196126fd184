import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What we do otherwise in a case, as it was reviewed. */
export interface ExplainedFact {
  readonly rows: readonly string[];
  readonly steps: readonly number[];
  readonly field: string;
  /** What may be seen of ours instead; more than one where it is left to chance. */
  readonly ours: readonly unknown[];
}

interface ExplainedLog {
  readonly rows: readonly string[];
  readonly lost: readonly string[];
  readonly ours: readonly string[];
  /** Lines on either side that come or not. */
  readonly sometimes?: readonly string[];
}

export interface Explained {
  readonly facts: readonly ExplainedFact[];
  readonly log?: ExplainedLog;
}

export type Explanations = Readonly<Record<string, Explained>>;

const FILE = fileURLToPath(new URL('explained.json', import.meta.url));
const LONG = 120;

/** Long values stand once, by a name. */
interface File {
  readonly values: Readonly<Record<string, unknown>>;
  readonly cases: Explanations;
}

const isName = (value: unknown): value is { readonly $: string } => typeof value === 'object' && value !== null && '$' in value;

const mapFacts = (cases: Explanations, map: (value: unknown, field: string) => unknown): Explanations =>
  Object.fromEntries(
    Object.entries(cases).map(([id, explained]) => [
      id,
      { ...explained, facts: explained.facts.map((fact) => ({ ...fact, ours: fact.ours.map((value) => map(value, fact.field)) })) },
    ]),
  );

export const readExplanations = (): Explanations => {
  const { values, cases } = JSON.parse(readFileSync(FILE, 'utf8')) as File;
  return mapFacts(cases, (value) => (isName(value) ? values[value.$] : value));
};

export const writeExplanations = (cases: Explanations): void => {
  const values = new Map<string, readonly [name: string, value: unknown]>();
  const named = mapFacts(cases, (value, field) => {
    const text = JSON.stringify(value);
    if (text.length < LONG) return value;
    const known = values.get(text) ?? ([`${field} ${[...values.values()].filter(([name]) => name.startsWith(`${field} `)).length + 1}`, value] as const);
    values.set(text, known);
    return { $: known[0] };
  });
  writeFileSync(FILE, `${JSON.stringify({ values: Object.fromEntries(values.values()), cases: named }, undefined, 1)}\n`);
};
