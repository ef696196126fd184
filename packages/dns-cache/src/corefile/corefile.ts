import { notBuilt } from '../directive/arguments.ts';
import type { ConfiguredPlugin } from '../plugin/plugin.ts';
import type { Corefile, ServerBlock } from '../plugin/server-block.ts';
import type { Machine } from '../plugin/written.ts';
import { LATER_DIRECTIVES, PLUGINS } from '../plugins/index.ts';
import { expandEnvironment } from './environment.ts';
import { CorefileError } from './error.ts';
import type { Entry, RawBlock } from './grammar.ts';
import { parseBlocks } from './grammar.ts';
import type { ImportedFile } from './import.ts';
import { expandImports } from './import.ts';
import type { Token } from './lexer.ts';
import { tokenize } from './lexer.ts';
import type { ZoneKey } from './zone.ts';
import { readZoneKey } from './zone.ts';

/** What is left out of the machine is not there: no interfaces, a host called `localhost`. */
export interface CorefileOptions extends Partial<Machine> {
  /** The file's name for messages. */
  readonly file: string;
  /** What `{$NAME}` stands for. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The files that `import PATTERN` in the file `from` names; @throws Error with the reason where there is none. */
  readonly readImport?: (pattern: string, from: string) => readonly ImportedFile[];
}

const checkDirective = ({ name }: Entry): void => {
  if (PLUGINS.some(({ directive }) => directive === name.text)) return;
  if (LATER_DIRECTIVES.has(name.text)) throw notBuilt(`directive '${name.text}'`, name);
  const known = PLUGINS.map(({ directive }) => directive).join(', ');
  throw new CorefileError(name, `Unknown directive '${name.text}'`, `known are ${known}`);
};

/** CoreDNS serves such a block unencrypted, which nobody means who writes `tls://`. */
const refuseWithoutCertificate = (keys: readonly ZoneKey[], plugins: readonly ConfiguredPlugin[]): void => {
  const secure = keys.find(({ scheme }) => scheme === 'tls');
  if (secure === undefined || plugins.some(({ directive }) => directive === 'tls')) return;
  const reason = `tls://${secure.zone.text} has no certificate`;
  throw new CorefileError(secure.position, reason, 'add `tls CERT KEY` to the server block');
};

const readBlock = ({ keys, entries }: RawBlock, machine: Machine): ServerBlock => {
  const [first] = keys;
  if (first === undefined) throw new RangeError('a server block without keys');
  for (const entry of entries) checkDirective(entry);
  const zoneKeys = keys.flatMap(readZoneKey);
  const zones = zoneKeys.map(({ zone }) => zone);
  const plugins = PLUGINS.flatMap((plugin) => {
    const written = entries.filter(({ name }) => name.text === plugin.directive);
    return written.length === 0 ? [] : [plugin.configure({ entries: written, zones, machine })];
  });
  refuseWithoutCertificate(zoneKeys, plugins);
  return { position: first, keys: zoneKeys, plugins };
};

const refuseImport = (): never => {
  throw new Error('there are no other files here');
};

/** What a Corefile means. @throws CorefileError where it cannot be served. */
export const parseCorefile = (text: string, options: CorefileOptions): Corefile => {
  const read = (file: string, content: string): readonly Token[] =>
    tokenize(content, file).map((token) => expandEnvironment(token, options.environment ?? {}));
  const tokens = expandImports(read(options.file, text), read, options.readImport ?? refuseImport);
  const { interfaces = {}, hostname = 'localhost', software = 'dns-cache' } = options;
  const blocks = parseBlocks(tokens).map((block) => readBlock(block, { interfaces, hostname, software }));
  if (blocks.length === 0) {
    const position = { file: options.file, line: 1, column: 1 };
    throw new CorefileError(position, 'no server block', 'write for example `. { forward . 192.0.2.1 }`');
  }
  return { file: options.file, blocks, words: tokens.map((token) => (token.first ? `\n${token.text}` : token.text)) };
};
