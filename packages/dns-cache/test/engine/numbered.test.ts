import { array, assert, constant, integer, nat, oneof, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNumbered } from '../../src/engine/numbered.ts';

const NUMBER = oneof(nat({ max: 300 }), nat({ max: 2 ** 20 }), integer({ min: 2 ** 32, max: 2 ** 40 }));
const STEP = oneof(
  { weight: 3, arbitrary: record({ kind: constant('set' as const), number: NUMBER, value: nat() }) },
  { weight: 2, arbitrary: record({ kind: constant('delete' as const), number: NUMBER, value: constant(0) }) },
);

const inOrder = (values: Iterable<number>): readonly number[] => [...values].toSorted((one, other) => one - other);

describe('values by numbers', () => {
  it('are what a Map would hold, whatever is set and deleted', () => {
    assert(
      property(array(STEP, { maxLength: 600 }), (steps) => {
        const [numbered, map] = [createNumbered<number>(), new Map<number, number>()];
        for (const { kind, number, value } of steps) {
          if (kind === 'set') {
            numbered.set(number, value);
            map.set(number, value);
          } else expect(numbered.delete(number)).toBe(map.delete(number));
          expect(numbered.get(number)).toBe(map.get(number));
          expect(numbered.size).toBe(map.size);
        }
        for (const [number, value] of map) expect(numbered.get(number)).toBe(value);
        expect(inOrder(numbered.values())).toEqual(inOrder(map.values()));
      }),
    );
  });

  it('go in any order, a hundred thousand of them, and leave nothing', () => {
    const numbered = createNumbered<string>();
    for (let number = 0; number < 100_000; number += 1) numbered.set(number, `${number}`);
    for (let number = 0; number < 100_000; number += 1) {
      const other = (number * 7919) % 100_000;
      expect([numbered.get(other), numbered.delete(other), numbered.get(other)]).toEqual([`${other}`, true, undefined]);
    }
    expect([numbered.size, numbered.values()]).toEqual([0, []]);
  });
});
