import { CorefileError } from './error.ts';
import { isClose, isOpen } from './grammar.ts';
import type { Token } from './lexer.ts';
import { reasonOf } from '../reason.ts';

/** A file as `import` found it. */
export interface ImportedFile {
  /** Its path, for messages. */
  readonly file: string;
  /** What is in it. */
  readonly text: string;
}

/** coredns/caddy caddyfile/parse.go: so many imports are a loop; so are so many in one another. */
const IMPORTS_MAX = 10_000;
const IMPORT_DEPTH_MAX = 100;

interface Expansion {
  readonly snippets: Map<string, readonly Token[]>;
  readonly read: (file: string, text: string) => readonly Token[];
  readonly readImport: (pattern: string, from: string) => readonly ImportedFile[];
  imports: number;
}

/** At the begin of a line, or of a block. */
const isImport = (token: Token | undefined, previous: Token | undefined): boolean =>
  token?.text === 'import' && !token.quoted && (token.first || isOpen(previous));

const isSnippet = (token: Token, next: Token | undefined): boolean =>
  token.first && /^\(.*\)$/.test(token.text) && (isOpen(next) || next?.first === true);

/** The index after the brace that closes the one at `open`. */
const closeOf = (tokens: readonly Token[], open: number): number => {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (isOpen(token)) depth += 1;
    if (isClose(token)) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return tokens.length;
};

const endless = (token: Token): CorefileError =>
  new CorefileError(token, 'maximum imports limit reached', 'it imports itself');

const takeSnippet = (tokens: readonly Token[], at: number, expansion: Expansion): number => {
  const [name, open] = [tokens[at], tokens[at + 1]];
  if (name === undefined || open === undefined) return at;
  if (!isOpen(open)) throw new CorefileError(open, "Expected '{' after the name of a snippet");
  const word = name.text.slice(1, -1);
  if (expansion.snippets.has(word)) throw new CorefileError(name, `redeclaration of previously declared snippet ${word}`);
  const end = closeOf(tokens, at + 1);
  if (!isClose(tokens[end - 1])) throw new CorefileError(tokens.at(-1) ?? name, "Unexpected EOF, expecting '}'");
  const body = tokens.slice(at + 2, end - 1).map((token, index) => (index === 0 ? { ...token, first: true } : token));
  const itself = body.find((token, index) => isImport(token, body[index - 1]) && body[index + 1]?.text === word);
  if (itself !== undefined) throw endless(itself);
  expansion.snippets.set(word, body);
  return end;
};

const argumentOf = (tokens: readonly Token[], at: number): Token => {
  const [word, argument, surplus] = tokens.slice(at, at + 3);
  const usage = 'write import SNIPPET or import FILE';
  if (word === undefined || argument === undefined || argument.first) {
    throw new CorefileError(word ?? { file: '', line: 1, column: 1 }, 'Import requires a non-empty filepath', usage);
  }
  if (argument.text === '') throw new CorefileError(argument, 'Import requires a non-empty filepath', usage);
  if (surplus?.first === false) throw new CorefileError(surplus, 'Import takes only one argument (glob pattern or file)');
  return argument;
};

const importedTokens = (argument: Token, expansion: Expansion): readonly Token[] => {
  const snippet = expansion.snippets.get(argument.text);
  if (snippet !== undefined) return snippet;
  const { text } = argument;
  if (/[[\]]/.test(text) || (text.match(/[*?]/g)?.length ?? 0) > 1) {
    throw new CorefileError(argument, 'Glob pattern may only contain one wildcard (*), but has others', 'use one * or ?');
  }
  let files: readonly ImportedFile[];
  try {
    files = expansion.readImport(text, argument.file);
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new CorefileError(argument, `File to import not found: ${text}: ${reason}`, 'nor is it a snippet defined above');
  }
  return files.flatMap(({ file, text: content }) => expansion.read(file, content));
};

const expand = (tokens: readonly Token[], expansion: Expansion, nested: number): readonly Token[] => {
  const expanded: Token[] = [];
  let depth = 0;
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at];
    if (token === undefined) break;
    if (depth === 0 && isSnippet(token, tokens[at + 1])) {
      at = takeSnippet(tokens, at, expansion);
      continue;
    }
    if (isImport(token, tokens[at - 1])) {
      expansion.imports += 1;
      if (expansion.imports > IMPORTS_MAX || nested >= IMPORT_DEPTH_MAX) throw endless(token);
      const imported = importedTokens(argumentOf(tokens, at), expansion);
      for (const inner of expand(imported, expansion, nested + 1)) expanded.push(inner);
      at += 2;
      continue;
    }
    if (isOpen(token)) depth += 1;
    if (isClose(token)) depth -= 1;
    expanded.push(token);
    at += 1;
  }
  return expanded;
};

/**
 * Puts the words of snippets and files in the place of `import` lines (coredns/caddy caddyfile/parse.go, doImport).
 * Snippets themselves are not served; one is known from where it is defined on.
 */
export const expandImports = (
  tokens: readonly Token[],
  read: Expansion['read'],
  readImport: Expansion['readImport'],
): readonly Token[] => expand(tokens, { snippets: new Map(), read, readImport, imports: 0 }, 0);
