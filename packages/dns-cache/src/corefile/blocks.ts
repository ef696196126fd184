import { expandEnvironment } from './environment.ts';
import type { RawBlock } from './grammar.ts';
import { parseBlocks } from './grammar.ts';
import type { ImportedFile } from './import.ts';
import { expandImports } from './import.ts';
import type { Token } from './lexer.ts';
import { tokenize } from './lexer.ts';

/** A Corefile as written, the environment and imports in their places. */
export interface RawCorefile {
  readonly tokens: readonly Token[];
  readonly blocks: readonly RawBlock[];
}

/** What reading a Corefile needs to know besides its text. */
export interface ReadOptions {
  /** The file's name for messages. */
  readonly file: string;
  /** What `{$NAME}` stands for; one that is not in it is empty, as all are where it is missing. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The files that `import PATTERN` in the file `from` names; where it is missing, there are no others. @throws Error with the reason where there is none */
  readonly readImport?: (pattern: string, from: string) => readonly ImportedFile[];
}

const refuseImport = (): never => {
  throw new Error('there are no other files here');
};

/** The blocks and directives of a text, each word with its place. @throws CorefileError where they have no such shape. */
export const readBlocks = (text: string, options: ReadOptions): RawCorefile => {
  const read = (file: string, content: string): readonly Token[] =>
    tokenize(content, file).map((token) => expandEnvironment(token, options.environment ?? {}));
  const tokens = expandImports(read(options.file, text), read, options.readImport ?? refuseImport);
  return { tokens, blocks: parseBlocks(tokens) };
};
