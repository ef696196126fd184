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

/** Every flag with its default, its unit and what it means. */
export const flagHelp = (): string =>
  [
    'Flags have one dash or two, and `=` or a space before their value; true and false come after `=` only. The last one counts.\n',
    `Flags of node-cache:\n${entriesOf('node-cache')}`,
    `Flags of dns-cache alone:\n${entriesOf('dns-cache')}`,
  ].join('\n');
