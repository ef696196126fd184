import type { ReadOptions } from '../corefile/blocks.ts';
import { readBlocks } from '../corefile/blocks.ts';
import { CorefileError } from '../corefile/error.ts';
import type { Corefile, WrittenCorefile } from '../plugin/server-block.ts';
import type { Machine } from '../plugin/written.ts';
import { checkText, wholeNumber } from '../range.ts';
import { configureBlock } from './server-block.ts';

/** What is left out of the machine is not there: no interfaces, a host called `localhost`, one processor. */
export interface CorefileOptions extends ReadOptions, Partial<Machine> {}

/** What a Corefile means that was read before, perhaps by another thread. @throws CorefileError where it cannot be served. */
export const configureCorefile = (written: WrittenCorefile): Corefile => ({
  file: written.file,
  words: written.words,
  blocks: written.blocks.map((block) => configureBlock(block, written.machine)),
  written,
});

/**
 * What the text of a Corefile means; it is called `Corefile` in errors where nothing is said.
 * @throws CorefileError where it cannot be served; TypeError for what is no text; RangeError for less than one processor
 */
export const parseCorefile = (text: string, options: CorefileOptions = { file: 'Corefile' }): Corefile => {
  checkText('text', text);
  const { tokens, blocks } = readBlocks(text, options);
  const { file, interfaces = {}, hostname = 'localhost', software = 'dns-cache', processors: given = 1 } = options;
  const processors = wholeNumber('processors', given, 1, Number.MAX_SAFE_INTEGER);
  if (blocks.length === 0) {
    const position = { file, line: 1, column: 1 };
    throw new CorefileError(position, 'no server block', 'write for example `. { forward . 192.0.2.1 }`');
  }
  const words = tokens.map((token) => (token.first ? `\n${token.text}` : token.text));
  return configureCorefile({ file, words, blocks, machine: { interfaces, hostname, software, processors } });
};
