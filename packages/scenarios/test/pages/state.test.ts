import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PageState } from '../../src/report/page/state.ts';
import { firstState, printState, readState } from '../../src/report/page/state.ts';
import type { Story } from '../../src/report/story/story.ts';

const story = (name: string): Story => ({ name, seed: 1, sentence: '', facts: [], moments: [], entries: [], lives: [], endMs: 0, waits: [] });
const NAMES = ['with the cache', 'without & = #', '100 %'];
const stories = NAMES.map(story);

describe('where a reader is', () => {
  it('comes back from the address', () => {
    const name = fc.constantFrom(...NAMES);
    const state: fc.Arbitrary<PageState> = fc.record({
      left: name,
      right: fc.option(name, { nil: undefined }),
      at: fc.nat(1000),
      opened: fc.constantFrom({}, { left: 'PREROUTING raw' }, { left: 'INPUT filter', right: 'ip kube-proxy & co' }),
    });
    fc.assert(
      fc.property(state, (one) => {
        expect(readState(`#${printState(one)}`, stories)).toEqual(one);
      }),
    );
  });

  it('is the beginning where the address says nothing that can be read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(readState(`#${text}`, stories).left).toBe(NAMES[0]);
      }),
    );
    for (const hash of ['', '#', '#a=nobody', '#at=-1', '#at=x', '#%E0%A4%A', '#&&=']) expect(readState(hash, stories)).toEqual(firstState(stories));
  });
});
