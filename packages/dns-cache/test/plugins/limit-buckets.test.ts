import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Admission, Rate } from '../../src/plugins/limit/buckets.ts';
import { BUCKETS_KEPT, createBuckets } from '../../src/plugins/limit/buckets.ts';
import { heapInUse, MEBI } from '../fuzz/heap.ts';

/** A bucket as people draw it. */
const drawn = ({ perSecond, burst }: Rate) => {
  let tokens = burst;
  let last = 0;
  return (now: number): boolean => {
    tokens = Math.min(burst, tokens + ((now - last) * perSecond) / 1000);
    last = now;
    if (tokens < 1 - 1e-6) return false;
    tokens -= 1;
    return true;
  };
};

const rates = fc.record({ perSecond: fc.integer({ min: 1, max: 1000 }), burst: fc.integer({ min: 1, max: 100 }) });
const gaps = fc.array(fc.oneof(fc.constant(0), fc.nat(10), fc.nat(3000)), { maxLength: 200 });

describe('a bucket', () => {
  it('lets through what one with tokens in it lets through', () => {
    fc.assert(
      fc.property(rates, gaps, (rate, waits) => {
        const [buckets, model] = [createBuckets(rate), drawn(rate)];
        let now = 0;
        for (const wait of waits) {
          now += wait;
          expect(buckets.take('a', now) === 'within').toBe(model(now));
        }
      }),
    );
  });

  it('tells no more often than it lets through, and then nothing more', () => {
    const buckets = createBuckets({ perSecond: 10, burst: 2 });
    const taken = (now: number): readonly Admission[] => Array.from({ length: 5 }, () => buckets.take('a', now));
    expect(taken(0)).toEqual(['within', 'within', 'over-and-told', 'over-and-told', 'over']);
    expect(buckets.isMuted('a', 0)).toBe(true);
    expect(buckets.isMuted('b', 0)).toBe(false);
    expect(taken(100)).toEqual(['within', 'over-and-told', 'over', 'over', 'over']);
    expect(taken(10_000)).toEqual(['within', 'within', 'over-and-told', 'over-and-told', 'over']);
  });

  it('gives tokens that are yet to come in their turn, before those who do not wait', () => {
    const buckets = createBuckets({ perSecond: 10, burst: 1 });
    const waits = Array.from({ length: 12 }, () => Math.round(buckets.reserve('a', 0, 1000) ?? -1));
    expect(waits).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, -1]);
    expect(buckets.takeOne('a', 1000)).toBe(false);
    expect(buckets.takeOne('a', 1100)).toBe(true);
  });

  it('is one for each of very many clients, in little memory, and is full again once it is forgotten', () => {
    const before = heapInUse();
    const buckets = createBuckets({ perSecond: 1, burst: 1 });
    expect(buckets.takeOne('10.0.0.1', 0)).toBe(true);
    for (let client = 0; client < BUCKETS_KEPT - 1; client += 1) buckets.takeOne(`first ${client}`, 0);
    expect(buckets.takeOne('10.0.0.1', 0)).toBe(false);
    for (let client = 0; client < 10 * BUCKETS_KEPT; client += 1) buckets.takeOne(`later ${client}`, 0);
    expect(heapInUse() - before).toBeLessThan(4 * MEBI);
    expect(buckets.takeOne('10.0.0.1', 0)).toBe(true);
  });
});
