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
  `Flags of node-cache; one dash or two, and \`=\` or a space before a value:\n${entriesOf('node-cache')}\nFlags of dns-cache alone:\n${entriesOf('dns-cache')}`;
