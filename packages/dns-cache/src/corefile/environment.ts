import type { Token } from './lexer.ts';

/** `{$NAME}`, and `{%NAME%}` as Windows writes it. */
const REFERENCE = /\{\$([^}]+)\}|\{%([^%}]+)%\}/g;

/** Replaces environment references; one that is unset is empty. The value is not cut into words again. */
export const expandEnvironment = (token: Token, environment: Readonly<Record<string, string>>): Token => {
  if (!token.text.includes('{')) return token;
  // Behind the last brace nothing closes; a search for what does would take quadratic time.
  const end = token.text.lastIndexOf('}') + 1;
  const expanded = token.text.slice(0, end).replace(REFERENCE, (_, dollar?: string, percent?: string) => {
    const name = dollar ?? percent ?? '';
    return Object.hasOwn(environment, name) ? (environment[name] ?? '') : '';
  });
  return { ...token, text: expanded + token.text.slice(end) };
};
