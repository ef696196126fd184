import type { Entry, RawBlock } from '../corefile/grammar.ts';
import type { Difference } from './difference.ts';
import type { CoreDnsRelease } from './differences.ts';
import { differencesFrom } from './differences.ts';
import type { Touches, Words } from './touches.ts';

/** A difference that somebody with a certain Corefile can notice, and by which of its server blocks, counted from 0. */
export interface Touching {
  readonly difference: Difference;
  readonly blocks: readonly number[];
}

const isIn = (words: readonly string[], line: Entry): boolean => {
  const texts = [line.name, ...line.arguments].map(({ text }) => text);
  let at = -1;
  return words.every((word) => (at = texts.indexOf(word, at + 1)) >= 0);
};

const has = ({ entries }: RawBlock, { directive, line = [], option = [], hasOptions, forAllZones }: Words): boolean =>
  entries.some(
    (entry) =>
      entry.name.text === directive &&
      isIn(line, entry) &&
      (option.length === 0 || entry.body.some((one) => isIn(option, one))) &&
      (hasOptions !== true || entry.body.length > 0) &&
      (forAllZones !== true || entry.arguments.every(({ text }) => /^\d+$/.test(text))),
  );

const touches = ({ all, none = [] }: Touches, block: RawBlock): boolean =>
  all.every((any) => any.some((words) => has(block, words))) && !none.some((words) => has(block, words));

/** What of CoreDNS's ways whoever has these server blocks will miss; imports and the environment are in their places. */
export const touching = (blocks: readonly RawBlock[], release: CoreDnsRelease = '1.15.0'): readonly Touching[] =>
  differencesFrom(release).map((difference) => ({ difference, blocks: blocks.flatMap((block, at) => (touches(difference.touches, block) ? [at] : [])) })).filter((one) => one.blocks.length > 0);
