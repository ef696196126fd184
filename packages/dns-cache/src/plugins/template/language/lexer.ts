import { TemplateSyntaxError } from './syntax.ts';

/** A piece of an action, by what it is; `text` as it is written. */
export interface Token {
  readonly kind: 'string' | 'raw-string' | 'character' | 'number' | 'word' | 'field' | 'variable' | 'symbol' | 'space';
  readonly text: string;
  readonly at: number;
}

/** The text between actions, and the actions. */
export type Section =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly tokens: readonly Token[]; readonly at: number };

const TOKEN_PATTERNS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['space', /\s+/y],
  ['string', /"(?:[^"\\\n]|\\.)*"/y],
  ['raw-string', /`[^`]*`/y],
  ['character', /'(?:[^'\\\n]|\\.[^']*)'/y],
  ['number', /[+-]?(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y],
  ['field', /\.[\p{L}_][\p{L}\p{N}_]*/uy],
  ['variable', /\$[\p{L}\p{N}_]*/uy],
  ['word', /[\p{L}_][\p{L}\p{N}_]*/uy],
  ['symbol', /:=|[.=|(),]/y],
];

const matchAt = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
};

const readToken = (text: string, at: number): Token => {
  for (const [kind, pattern] of TOKEN_PATTERNS) {
    const found = matchAt(pattern, text, at);
    if (found !== undefined) return { kind, text: found, at };
  }
  const character = text[at] ?? '';
  if (character === '"' || character === '`') throw new TemplateSyntaxError(at, 'unterminated quoted string');
  throw new TemplateSyntaxError(at, `unexpected '${character}' in action`);
};

const COMMENT = /\/\*[^]*?\*\//y;

/** The tokens of the action that begins at `start`, and where the text goes on. */
const readAction = (text: string, start: number): { readonly section: Section; readonly end: number; readonly trims: boolean } => {
  let at = start + 2;
  if (/^-\s/.test(text.slice(at, at + 2))) at += 2;
  const comment = matchAt(COMMENT, text, at);
  if (comment !== undefined) {
    const close = matchAt(/\s-\}\}|\}\}/y, text, at + comment.length);
    if (close === undefined) throw new TemplateSyntaxError(at, 'comment ends before closing delimiter');
    const section = { kind: 'action', tokens: [], at: start } as const;
    return { section, end: at + comment.length + close.length, trims: close !== '}}' };
  }
  const tokens: Token[] = [];
  while (at < text.length) {
    const close = matchAt(/\s+-\}\}|\}\}/y, text, at);
    if (close !== undefined) {
      if (!tokens.some(({ kind }) => kind !== 'space')) throw new TemplateSyntaxError(start, 'missing value for command');
      return { section: { kind: 'action', tokens, at: start }, end: at + close.length, trims: close !== '}}' };
    }
    const token = readToken(text, at);
    tokens.push(token);
    at += token.text.length;
  }
  throw new TemplateSyntaxError(start, 'unclosed action');
};

/** The sections of a template, white space beside `{{-` and `-}}` taken away. @throws TemplateSyntaxError */
export const splitSections = (text: string): readonly Section[] => {
  const sections: Section[] = [];
  let at = 0;
  let trims = false;
  while (at < text.length) {
    const open = text.indexOf('{{', at);
    const end = open < 0 ? text.length : open;
    const after = trims ? text.slice(at, end).trimStart() : text.slice(at, end);
    const between = open >= 0 && /^\{\{-\s/.test(text.slice(open, open + 4)) ? after.trimEnd() : after;
    if (between !== '') sections.push({ kind: 'text', text: between });
    if (open < 0) return sections;
    const action = readAction(text, open);
    // A comment is nothing.
    if (action.section.kind === 'action' && action.section.tokens.length > 0) sections.push(action.section);
    ({ end: at, trims } = action);
  }
  return sections;
};
