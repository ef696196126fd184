import { array, assert, constant, integer, nat, oneof, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSlabs } from '../../src/engine/slabs.ts';

const CAPACITY = 24;

const STEP = oneof(
  { weight: 3, arbitrary: record({ kind: constant('put' as const), number: nat({ max: CAPACITY - 1 }), length: oneof(integer({ min: 12, max: 600 }), integer({ min: 12, max: 9000 })) }) },
  { weight: 2, arbitrary: record({ kind: constant('free' as const), number: nat({ max: CAPACITY - 1 }), length: constant(0) }) },
);

const messageOf = (seed: number, length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (seed * 31 + index * 7) & 0xff);

describe('slabs', () => {
  it('keep what was put into them, whatever goes and comes beside it', () => {
    assert(
      property(array(STEP, { maxLength: 300 }), (steps) => {
        const slabs = createSlabs(CAPACITY);
        const model = new Map<number, Uint8Array>();
        for (const [seed, { kind, number, length }] of steps.entries()) {
          if (model.delete(number)) slabs.free(number);
          if (kind === 'put') {
            const message = messageOf(seed, length);
            slabs.put(number, [message.subarray(0, 12), message.subarray(12)]);
            model.set(number, message);
          }
          for (const [one, message] of model) {
            const { octets, start } = slabs.blockOf(one);
            expect(octets.slice(start, start + message.length)).toEqual(message);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['of one length', () => 150],
    ['that grow', (turn: number) => 100 + (turn % 3000)],
    ['of all lengths', (turn: number) => 20 + ((turn * 7919) % 3500)],
  ])('take no more than twice what messages %s need, and a little', (_which, lengthOf) => {
    const slabs = createSlabs(1000);
    const lengths: number[] = [];
    for (let turn = 0; turn < 20_000; turn += 1) {
      const number = turn % 1000;
      if (lengths[number] !== undefined) slabs.free(number);
      lengths[number] = lengthOf(turn);
      slabs.put(number, [new Uint8Array(lengthOf(turn))]);
      const needed = lengths.reduce((sum, length) => sum + Math.ceil(length / 16) * 16, 0);
      if (turn % 97 === 0) expect(slabs.octets).toBeLessThanOrEqual(2 * needed + 5 * 65_536);
    }
  });

  it('give everything back', () => {
    const slabs = createSlabs(5000);
    for (let number = 0; number < 5000; number += 1) slabs.put(number, [new Uint8Array(150)]);
    expect(slabs.octets).toBeGreaterThan(5000 * 150);
    for (let number = 0; number < 5000; number += 1) slabs.free(number);
    expect(slabs.octets).toBeLessThanOrEqual(3 * 65_536);
  });
});
