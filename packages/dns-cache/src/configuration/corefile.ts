import type { ReadOptions } from '../corefile/blocks.ts';
import { readBlocks } from '../corefile/blocks.ts';
import { CorefileError } from '../corefile/error.ts';
import type { Corefile } from '../plugin/server-block.ts';
import type { Machine } from '../plugin/written.ts';
import { configureBlock } from './server-block.ts';

/** What is left out of the machine is not there: no interfaces, a host called `localhost`. */
export interface CorefileOptions extends ReadOptions, Partial<Machine> {}

/** What a Corefile means. @throws CorefileError where it cannot be served. */
export const parseCorefile = (text: string, options: CorefileOptions): Corefile => {
  const { tokens, blocks } = readBlocks(text, options);
  if (blocks.length === 0) {
    const position = { file: options.file, line: 1, column: 1 };
    throw new CorefileError(position, 'no server block', 'write for example `. { forward . 192.0.2.1 }`');
  }
  const { interfaces = {}, hostname = 'localhost', software = 'dns-cache' } = options;
  return {
    file: options.file,
    blocks: blocks.map((block) => configureBlock(block, { interfaces, hostname, software })),
    words: tokens.map((token) => (token.first ? `\n${token.text}` : token.text)),
  };
};
