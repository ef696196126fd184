import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import type { Token } from '../../corefile/lexer.ts';
import { refuseBody } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';
import { readCname, readRcodeRule, readTtl } from './fields/answer.ts';
import { readEdns0 } from './fields/edns0.ts';
import { readName } from './fields/name.ts';
import { readClass, readType } from './fields/number.ts';
import type { Change, Rule } from './rule/rule.ts';

/** The rules in the order in which they are tried. */
export type RewriteValue = readonly Rule[];

const FIELDS: Readonly<Record<Change['kind'], (field: Token, words: readonly Token[]) => Change>> = {
  type: readType,
  class: readClass,
  name: readName,
  edns0: readEdns0,
  ttl: readTtl,
  cname: readCname,
  rcode: readRcodeRule,
};

const isField = (text: string): text is Change['kind'] => Object.hasOwn(FIELDS, text);

const MEND = `write rewrite [continue|stop] FIELD ..., where FIELD is one of ${Object.keys(FIELDS).join(', ')}`;

/** The words of a rule: those of the line, then those of its block, as if they stood on one line. */
const wordsOf = (entry: Entry): readonly Token[] => {
  if (entry.arguments.length > 1) refuseBody(entry);
  return [
    ...entry.arguments,
    ...entry.body.flatMap((line) => {
      refuseBody(line);
      return [line.name, ...line.arguments];
    }),
  ];
};

const readMode = (token: Token | undefined): Rule['mode'] | undefined =>
  (['stop', 'continue'] as const).find((mode) => mode === token?.text.toLowerCase());

const readRule = (entry: Entry): Rule => {
  const words = wordsOf(entry);
  const mode = readMode(words[0]);
  const [field, ...rest] = mode === undefined ? words : words.slice(1);
  if (field === undefined) throw new CorefileError(words[0] ?? entry.name, 'no rule type specified for rewrite', MEND);
  const name = field.text.toLowerCase();
  if (name === 'answer') {
    throw new CorefileError(field, 'response rewrites must begin with a name rule', 'put the line name before it');
  }
  if (!isField(name)) throw new CorefileError(field, `invalid rule type '${field.text}'`, MEND);
  return { mode: mode ?? 'stop', change: FIELDS[name](field, rest) };
};

/** `rewrite [continue|stop] FIELD ...`, or the same in a block (CoreDNS plugin/rewrite/setup.go). */
export const setup = ({ entries }: Written): RewriteValue => entries.map(readRule);
