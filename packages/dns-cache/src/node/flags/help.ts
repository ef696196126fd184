import type { Flag } from './table.ts';
import { FLAGS } from './table.ts';

const entryOf = (name: string, { placeholder, initial, meaning, shape }: Flag<unknown>): string => {
  const written = shape === 'switch' ? `-${name}[=true|false]` : `-${name} ${placeholder}`;
  return `  ${written}\n      ${meaning}${initial === '' ? '' : ` (default ${initial})`}\n`;
};

const entriesOf = (origin: Flag<unknown>['origin']): string =>
  Object.entries<Flag<unknown>>(FLAGS)
    .filter(([, flag]) => flag.origin === origin)
    .map(([name, flag]) => entryOf(name, flag))
    .join('');

const BEFORE = `Usage: dns-cache node -localip IP,... [flags]

Takes the place of node-cache on a node: makes the interface with the local addresses, writes the Corefile from its
template, serves it, and puts in the rules that lead queries there while it does. SIGTERM, SIGINT and SIGQUIT end it and
take all that away; SIGUSR1 has it look at the Corefile at once. It ends with 0 when it was told to, and with 2 where it
was used or configured wrongly.
`;

/** Every flag with its default, its unit and what it means. */
export const flagHelp = (): string =>
  [
    BEFORE,
    'Flags have one dash or two, and `=` or a space before their value; true and false come after `=` only. The last one counts.\n',
    `Flags of node-cache:\n${entriesOf('node-cache')}`,
    `Flags of dns-cache alone:\n${entriesOf('dns-cache')}`,
  ].join('\n');
