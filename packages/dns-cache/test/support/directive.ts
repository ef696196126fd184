import type { CorefileOptions, NameServer } from '@nodelocal/dns-cache';
import { CorefileError, createNameServer, parseCorefile } from '@nodelocal/dns-cache';

interface Around extends Partial<CorefileOptions> {
  /** The keys of the server block. */
  readonly keys?: string;
  readonly files?: Readonly<Record<string, string>>;
}

const corefileOf = (directives: string, { keys = '.' }: Around): string => `${keys} {\n${directives}\n}`;

const serverOf = (directives: string, around: Around): NameServer =>
  createNameServer({
    corefile: parseCorefile(corefileOf(directives, around), { ...around, file: 'Corefile' }),
    port: 53,
    random: () => 0,
    readFile: (path) => {
      const text = around.files?.[path];
      if (text === undefined) throw new Error('no such file');
      return text;
    },
  });

/** What `check` would print of a server block with these lines. */
export const meaning = (directives: string, around: Around = {}): readonly string[] =>
  parseCorefile(corefileOf(directives, around), { ...around, file: 'Corefile' }).blocks.flatMap(({ plugins }) =>
    plugins.flatMap(({ describe }) => describe()),
  );

export const facilities = (directives: string): NameServer['facilities'] => serverOf(directives, {}).facilities;

/** Why these lines of a server block cannot be served, with the position where the block's first line is line 2. */
export const complaint = (directives: string, around: Around = {}): string => {
  try {
    serverOf(directives, around);
    return 'none';
  } catch (error) {
    if (error instanceof CorefileError) return error.message;
    throw error;
  }
};
