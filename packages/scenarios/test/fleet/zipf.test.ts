import { zipf } from '@nodelocal/scenarios';
import { expect, it } from 'vitest';

it.each([0, 0.8, 1, 2])('gives each rank its part of the points (exponent %f)', (exponent) => {
  const ranks = zipf(20, exponent);
  const points = 40_000;
  const found = Array.from({ length: 20 }, () => 0);
  for (let point = 0; point < points; point += 1) found[ranks.rankAt(point / points)] = (found[ranks.rankAt(point / points)] ?? 0) + 1;
  for (const [rank, count] of found.entries()) {
    expect(ranks.shareOf(rank) / ranks.shareOf(0)).toBeCloseTo((rank + 1) ** -exponent, 10);
    expect(Math.abs(count / points - ranks.shareOf(rank))).toBeLessThan(2 / points);
  }
});
