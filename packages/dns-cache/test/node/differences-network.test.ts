import { describe, expect, it } from 'vitest';
import { NETWORK_DIFFERENCES } from '../../src/node/differences-network.ts';

describe('the differences of the network', () => {
  it('have numbers of their own, from 50 on', () => {
    expect(NETWORK_DIFFERENCES.map(({ id }) => id)).toEqual(NETWORK_DIFFERENCES.map((_, index) => `N${50 + index}`));
  });
});
