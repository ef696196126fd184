import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import type { Token } from '../../corefile/lexer.ts';
import { onlyOnce, refuseBody, takeArguments, unknownOption, wrongArguments } from '../../directive/arguments.ts';
import { takePattern } from '../../directive/pattern.ts';
import type { Written } from '../../plugin/written.ts';
import { compileExpression } from './expression/compile.ts';
import type { Compiled } from './expression/compiled.ts';
import { ExpressionError } from './expression/compiled.ts';
import { parseExpression } from './expression/syntax.ts';

interface ViewExpression {
  readonly text: string;
  readonly compiled: Compiled;
}

export interface ViewValue {
  readonly name: string;
  /** All of them must be true. */
  readonly expressions: readonly ViewExpression[];
}

/** The word of the Corefile in which the character at `at` of the words, one space between, stands. */
const tokenAt = (words: readonly Token[], at: number): Token | undefined => {
  let start = 0;
  for (const word of words) {
    const offset = at - start;
    if (offset <= word.text.length) return { ...word, column: word.column + Math.max(0, offset) + (word.quoted ? 1 : 0) };
    start += word.text.length + 1;
  }
  return words.at(-1);
};

const readExpression = ({ name, arguments: words }: Entry): ViewExpression => {
  const [first] = words;
  if (first === undefined) throw wrongArguments(name, 'write expr EXPRESSION');
  const text = words.map((word) => word.text).join(' ');
  try {
    const compiled = compileExpression(parseExpression(text), (pattern) => takePattern({ ...first, text: pattern }));
    return { text, compiled };
  } catch (cause) {
    if (!(cause instanceof ExpressionError)) throw cause;
    throw new CorefileError(tokenAt(words, cause.at ?? 0) ?? first, `invalid expression: ${cause.message}`);
  }
};

/** `view NAME { expr EXPRESSION }` (CoreDNS plugin/view/setup.go). */
export const setup = ({ entries }: Written): ViewValue => {
  const entry = onlyOnce(entries);
  const [name = entry.name] = takeArguments(entry, 1, 1, 'write view NAME { expr EXPRESSION }');
  const expressions = entry.body.map((option) => {
    if (option.name.text !== 'expr') throw unknownOption(option.name, 'view', ['expr']);
    refuseBody(option);
    return readExpression(option);
  });
  return { name: name.text, expressions };
};
