import { describe, expect, it } from 'vitest';
import { hasShared } from '../support/shared.ts';
import { differences } from './compare.ts';
import type { Kind } from './conversation.ts';
import { readKinds } from './conversation.ts';
import { LEFT } from './left.ts';
import { isForAgent, play } from './play.ts';
import { ROWS } from './rows.ts';

const isHere = hasShared('coredns-cases');
const kinds = isHere ? readKinds() : [];
const played = kinds.filter((kind) => !isForAgent(kind.case));
const note = isHere ? '' : ' (skipped: the CoreDNS cases are not here)';

/** In what ours and CoreDNS's differ that no row explains. */
const unexplained = async (kind: Kind): Promise<readonly string[]> => {
  const ours = await play(kind.case);
  const all = kind.seen.steps.flatMap((theirs, at) => (kind.unstable?.includes(at) === true ? [] : differences(theirs, ours.steps[at] ?? {})));
  return [...new Set(all.filter((difference) => !ROWS.some(({ explains }) => explains(difference))).map((difference) => difference.kind))].toSorted();
};

describe.skipIf(!isHere)(`the kinds of difference from CoreDNS${note}`, () => {
  it.each(played.map((kind) => [kind.id, kind.title, kind] as const))('%s: %s', async (id, _, kind) => {
    expect(await unexplained(kind)).toEqual(LEFT[id]?.differs ?? []);
  });

  it('are all there', () => {
    expect(Object.keys(LEFT).filter((id) => !played.some((kind) => kind.id === id))).toEqual([]);
    expect(Object.entries(LEFT).filter(([, { differs }]) => differs.length === 0)).toEqual([]);
  });

});
