import { RE2JS, RE2JSSyntaxException } from 're2js';
import { CorefileError } from '../corefile/error.ts';
import type { Token } from '../corefile/lexer.ts';

/** Go's regular expressions: in time linear in the text, whatever the expression (JavaScript's own are not). */
export type Pattern = RE2JS;

/** CoreDNS 1.14.7 takes no longer ones. */
const PATTERN_CHARACTERS_MAX = 10_000;

export const takePattern = (token: Token): Pattern => {
  if (token.text.length > PATTERN_CHARACTERS_MAX) {
    throw new CorefileError(token, `regular expression of more than ${PATTERN_CHARACTERS_MAX} characters`);
  }
  try {
    return RE2JS.compile(token.text);
  } catch (cause) {
    if (!(cause instanceof RE2JSSyntaxException)) throw cause;
    const mend = 'the syntax is that of RE2';
    throw new CorefileError(token, `not a regular expression: '${token.text}': ${cause.message}`, mend);
  }
};
