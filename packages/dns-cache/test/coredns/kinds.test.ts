import { describe, expect, it } from 'vitest';
import { hasShared } from '../support/shared.ts';
import type { Kind } from './conversation.ts';
import { readKinds } from './conversation.ts';
import { explain } from './explain.ts';
import { LEFT } from './left.ts';
import { isForAgent, play } from './play.ts';

const isHere = hasShared('coredns-cases');
const kinds = isHere ? readKinds() : [];
const played = kinds.filter((kind) => !isForAgent(kind.case));
const note = isHere ? '' : ' (skipped: the CoreDNS cases are not here)';

/** In what ours and CoreDNS's differ that no row explains. */
const unexplained = async (kind: Kind): Promise<readonly string[]> => {
  const all = explain(kind, await play(kind.case, kind.seen));
  return [...new Set(all.flatMap(({ kind: difference, row }) => (row === undefined ? [difference] : [])))].toSorted();
};

describe.skipIf(!isHere)(`the kinds of difference from CoreDNS${note}`, () => {
  it.each(played.map((kind) => [kind.id, kind.title, kind] as const))('%s: %s', async (id, _, kind) => {
    expect(await unexplained(kind)).toEqual(LEFT[id] ?? []);
  });

  it('are all there', () => {
    expect(Object.keys(LEFT).filter((id) => !played.some((kind) => kind.id === id))).toEqual([]);
    expect(Object.entries(LEFT).filter(([, differs]) => differs.length === 0)).toEqual([]);
  });
});
