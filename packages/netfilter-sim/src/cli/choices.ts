import { InvalidArgumentError, Option } from 'commander';
import type { Choice } from '../chance.ts';

/** What a caller takes for granted: a part of the question's name, and its answer. */
export interface Assumption {
  readonly about: string;
  readonly answer: boolean;
}

const readAssumption = (text: string, before: readonly Assumption[] = []): readonly Assumption[] => {
  const found = /^(.+)=(yes|no)$/.exec(text);
  if (found === null) throw new InvalidArgumentError('expected something like "filter INPUT rule 3=yes".');
  return [...before, { about: found[1] ?? '', answer: found[2] === 'yes' }];
};

export const assumeOption = (): Option =>
  new Option('--assume <what=yes|no>', 'answer a question that chance or the unknown would decide, by the rule that asks; may be repeated').argParser(
    readAssumption,
  );

const readSeed = (text: string): number => {
  if (!/^\d+$/.test(text) || Number(text) >= 2 ** 32) throw new InvalidArgumentError('expected a whole number from 0 to 4294967295.');
  return Number(text);
};

export const seedOption = (): Option => new Option('--seed <number>', 'what chance decides').argParser(readSeed).default(1);

/** What the assumptions say of a question. */
export const assumedBy =
  (assumptions: readonly Assumption[] = []) =>
  ({ what }: Choice): boolean | undefined =>
    assumptions.find(({ about }) => what.includes(about))?.answer;
