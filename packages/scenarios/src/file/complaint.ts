import type { core } from 'zod';
import type { Path } from './places.ts';

/** What is wrong with a part of a file, and a way to mend it. */
export interface Complaint {
  readonly path: Path;
  readonly reason: string;
  readonly mend: string;
}

type Issue = core.$ZodIssue;

const list = (words: readonly unknown[]): string => words.map(String).join(', ');

/** The first of them; of a name that is missing and one too many it is the latter: that is how it was written. */
export const complaintOf = (issues: readonly Issue[], above: Path = []): Complaint => {
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  if (issue === undefined) throw new RangeError('nothing is wrong');
  const path = [...above, ...issue.path];
  const complain = (reason: string, mend = ''): Complaint => ({ path, reason: `${nameOf(path)}: ${reason}`, mend });
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined && issue.message.endsWith('received undefined')
        ? complain('it is missing', `it is to be ${article(issue.expected)}`)
        : complain(`it is to be ${article(issue.expected)}`, issue.expected === 'string' ? 'what YAML takes for a number or a truth goes in quotes' : '');
    case 'unrecognized_keys': {
      const [key = ''] = issue.keys;
      return { ...complain(`there is no "${key}" here`, 'what there is stands in the schema: scenarios schema'), path: [...path, key] };
    }
    case 'invalid_value':
      return complain('there is no such word', `one of ${list(issue.values)}`);
    case 'invalid_union':
      if (issue.discriminator !== undefined) {
        return complain(`there is no such ${issue.discriminator}`, 'options' in issue && Array.isArray(issue.options) ? `one of ${list(issue.options)}` : '');
      }
      return complaintOf(likeliest(issue.errors), path);
    case 'too_small':
      return complain(issue.origin === 'array' || issue.origin === 'string' ? 'it is empty' : `it is at least ${issue.minimum}`);
    case 'too_big':
      return complain(`it is at most ${issue.maximum}`);
    case 'invalid_format':
      return complain(`it is no ${issue.format === 'regex' ? 'such name' : issue.format}`, issue.format === 'regex' ? issue.message : '');
    case 'invalid_key':
      return complaintOf(issue.issues, path);
    case 'invalid_element':
    case 'not_multiple_of':
    case 'custom':
      return complain(issue.message);
  }
};

/** Of the ways in which it could have been meant, the one that it got furthest with. */
const likeliest = (ways: readonly (readonly Issue[])[]): readonly Issue[] => {
  const depthOf = ([issue]: readonly Issue[]): number => (issue === undefined || (issue.code === 'invalid_type' && issue.path.length === 0) ? -1 : issue.path.length);
  return ways.toSorted((one, other) => depthOf(other) - depthOf(one))[0] ?? [];
};

const nameOf = (path: Path): string => path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}${text === '' ? '' : '.'}${String(part)}`), '') || 'the file';

const ARTICLES: Readonly<Record<string, string>> = { string: 'a text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list', object: 'a map', record: 'a map' };

const article = (expected: string): string => ARTICLES[expected] ?? expected;
