import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeReports } from '../../src/clients/report.ts';
import type { ClientReport } from '../../src/clients/report.ts';
import { createSketch } from '../../src/clients/sketch.ts';

const PLACES = 8;

const exactly = (keys: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
};

/** What a sketch knows of a stream, and whom it told of a place. */
const sketched = (keys: readonly string[]) => {
  const taken: number[] = [];
  const sketch = createSketch(PLACES, (place) => taken.push(place));
  for (const key of keys) sketch.add(key);
  const rows = Array.from({ length: sketch.size }, (_, place) => ({ key: sketch.keyAt(place), count: sketch.countAt(place), surplus: sketch.surplusAt(place) }));
  return { sketch, taken, rows };
};

/** A few that come often, and many that do not. */
const streams = fc.array(fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.nat(40).map(String)), { maxLength: 400 });

describe('who counts most', () => {
  it('is exactly known while all have a place', () => {
    const { sketch, rows } = sketched(['a', 'b', 'a', 'c', 'a', 'b']);
    expect(rows.map(({ key, count, surplus }) => [key, count, surplus])).toEqual([['a', 3, 0], ['b', 2, 0], ['c', 1, 0]]);
    expect(sketch.floor).toBe(0);
  });

  it('a newcomer goes on from the least count', () => {
    const { sketch, rows } = sketched([...Array.from({ length: PLACES }, (_, index) => ['x'.repeat(index + 1), 'x'.repeat(index + 1)]).flat(), 'x', 'new']);
    expect(rows.find(({ key }) => key === 'new')).toEqual({ key: 'new', count: 3, surplus: 2 });
    expect(rows).toHaveLength(PLACES);
    expect(sketch.floor).toBe(2);
  });

  it('a count is never too low, and too high by its surplus at most, which is at most a part of all', () => {
    fc.assert(
      fc.property(streams, (keys) => {
        const { sketch, rows, taken } = sketched(keys);
        const exact = exactly(keys);
        for (const { key, count, surplus } of rows) {
          const truth = exact.get(key) ?? 0;
          expect(truth).toBeLessThanOrEqual(count);
          expect(truth).toBeGreaterThanOrEqual(count - surplus);
          expect(surplus).toBeLessThanOrEqual(keys.length / PLACES);
        }
        const listed = new Set(rows.map(({ key }) => key));
        for (const [key, count] of exact) if (!listed.has(key)) expect(count).toBeLessThanOrEqual(sketch.floor);
        expect(sketch.floor).toBeLessThanOrEqual(keys.length / PLACES);
        expect(listed.size).toBe(rows.length);
        expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(keys.length);
        expect(taken.length).toBeGreaterThanOrEqual(rows.length);
      }),
    );
  });
});

describe('what several have counted', () => {
  const reportOf = (keys: readonly string[]): ClientReport => {
    const { sketch, rows } = sketched(keys);
    return { clients: rows.map(({ key, count, surplus }) => ({ client: key, queries: count, surplus, denials: 1, failures: 0, ownNames: 2 })), queries: keys.length, floor: sketch.floor, series: 10 };
  };

  it('holds together what each holds', () => {
    fc.assert(
      fc.property(fc.array(streams, { minLength: 1, maxLength: 4 }), (parts) => {
        const merged = mergeReports(parts.map(reportOf));
        const exact = exactly(parts.flat());
        const listed = new Map(merged?.clients.map((counts) => [counts.client, counts]));
        for (const { client, queries, surplus } of listed.values()) {
          expect(exact.get(client) ?? 0).toBeLessThanOrEqual(queries);
          expect(exact.get(client) ?? 0).toBeGreaterThanOrEqual(queries - surplus);
        }
        for (const [key, count] of exact) if (!listed.has(key)) expect(count).toBeLessThanOrEqual(merged?.floor ?? 0);
        expect(merged?.queries).toBe(parts.flat().length);
      }),
    );
  });

  it('is nothing where nobody counts', () => {
    expect(mergeReports([])).toBeUndefined();
  });
});
