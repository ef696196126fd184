import type { Token } from './lexer.ts';

/** `{$NAME}`, and `{%NAME%}` as Windows writes it. */
const REFERENCE = /\{\$([^}]+)\}|\{%([^%}]+)%\}/g;

/** Replaces environment references; one that is unset is empty. The value is not cut into words again. */
export const expandEnvironment = (token: Token, environment: Readonly<Record<string, string>>): Token => {
  if (!token.text.includes('{')) return token;
  const text = token.text.replace(
    REFERENCE,
    (_, dollar: string | undefined, percent: string | undefined) => environment[dollar ?? percent ?? ''] ?? '',
  );
  return { ...token, text };
};
