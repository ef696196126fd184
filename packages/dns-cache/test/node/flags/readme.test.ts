import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Flag } from '../../../src/node/flags/table.ts';
import { FLAGS } from '../../../src/node/flags/table.ts';

const README = fileURLToPath(new URL('../../../README.md', import.meta.url));

const rowOf = ([name, { placeholder, initial, meaning }]: readonly [string, Flag<unknown>]): string =>
  `| \`-${name}\`${placeholder === '' ? '' : ` *${placeholder}*`} | ${initial === '' ? '' : `\`${initial}\``} | ${meaning} |`;

it('the README has a row for each flag of the node agent, node-cache’s first, and no other', () => {
  const rows = readFileSync(README, 'utf8').split('\n').filter((line) => /^\| `-[a-z]/.test(line));
  const flags = Object.entries<Flag<unknown>>(FLAGS);
  expect(flags.findLast(([, { origin }]) => origin === 'node-cache')?.[0]).toBe('plugins');
  expect(rows).toEqual(flags.map(rowOf));
});
