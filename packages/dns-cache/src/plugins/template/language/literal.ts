import { TemplateSyntaxError } from './syntax.ts';
import type { Literal } from './syntax.ts';
import type { Token } from './lexer.ts';

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', "'": "'", '"': '"',
};

/** Go's escapes within quotes. */
const unescape = ({ text, at }: Token): string =>
  text.slice(1, -1).replace(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|(.))/gs, (_, x, u, U, octal, simple) => {
    const hex: unknown = x ?? u ?? U;
    const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : typeof octal === 'string' ? Number.parseInt(octal, 8) : undefined;
    if (code !== undefined && code <= 0x10ffff) return String.fromCodePoint(code);
    const known = SIMPLE_ESCAPES[String(simple)];
    if (known === undefined) throw new TemplateSyntaxError(at, `bad escape in ${text}`);
    return known;
  });

const readNumber = ({ text, at }: Token): bigint | number => {
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/.exec(text.replaceAll('_', '')) ?? [];
  const integer = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  if (/^(?:\d+|0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/.test(integer)) return BigInt(integer) * (sign === '-' ? -1n : 1n);
  const value = Number(text);
  if (Number.isNaN(value)) throw new TemplateSyntaxError(at, `bad number syntax: '${text}'`);
  return value;
};

const WORDS: ReadonlyMap<string, Literal> = new Map<string, Literal>([['true', true], ['false', false], ['nil', undefined]]);

/** The value that a token stands for by itself; `undefined` where it stands for none. */
export const readLiteral = (token: Token): { readonly value: Literal } | undefined => {
  switch (token.kind) {
    case 'string':
      return { value: unescape(token) };
    case 'raw-string':
      return { value: token.text.slice(1, -1) };
    case 'character':
      return { value: BigInt(unescape(token).codePointAt(0) ?? 0) };
    case 'number':
      return { value: readNumber(token) };
    case 'word':
      return WORDS.has(token.text) ? { value: WORDS.get(token.text) } : undefined;
    case 'field':
    case 'variable':
    case 'symbol':
    case 'space':
      return undefined;
  }
};
