import { CorefileError } from '../../../corefile/error.ts';
import type { Token } from '../../../corefile/lexer.ts';
import { wrongArguments } from '../../../directive/arguments.ts';
import { classNumber, typeNumber } from '../../../message/numbers.ts';
import type { Change } from '../rule/rule.ts';

/** `FROM TO`, each by its name. */
const readPair = (
  field: Token,
  words: readonly Token[],
  what: string,
  read: (text: string) => number | undefined,
): { readonly from: number; readonly to: number } => {
  const [from, to, surplus] = words;
  const mend = `write ${field.text} FROM TO`;
  if (from === undefined || to === undefined) throw wrongArguments(words.at(-1) ?? field, mend);
  if (surplus !== undefined) throw wrongArguments(surplus, mend);
  const [one, other] = [from, to].map((token) => {
    const number = read(token.text);
    if (number === undefined) throw new CorefileError(token, `invalid ${what} '${token.text}'`);
    return number;
  });
  return { from: one ?? 0, to: other ?? 0 };
};

export const readType = (field: Token, words: readonly Token[]): Change => ({
  kind: 'type',
  ...readPair(field, words, 'type', typeNumber),
});

export const readClass = (field: Token, words: readonly Token[]): Change => ({
  kind: 'class',
  ...readPair(field, words, 'class', classNumber),
});
