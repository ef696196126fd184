import { seededChance } from '@nodelocal/netfilter-sim';
import type { Draw } from '../resolver/machine.ts';

/** What is drawn by one chance does not move what is drawn by another: the same lookups with the cache and without. */
type Purpose = 'lookups' | 'resolvers' | 'agent' | 'servers';

const PURPOSES: Readonly<Record<Purpose, number>> = { lookups: 1, resolvers: 2, agent: 3, servers: 4 };

/** A node's own chance, whoever runs it and when: splitmix32's finish mixes seed, node and purpose. */
export const nodeDraw = (seed: number, node: number, purpose: Purpose): Draw => {
  const chance = seededChance(mixed(mixed(mixed(seed) + node) + PURPOSES[purpose]));
  return (below) => chance.integer(below);
};

const mixed = (value: number): number => {
  let bits = (value + 0x9e3779b9) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return (bits ^ (bits >>> 15)) >>> 0;
};

const STEPS = 2 ** 32;

/** In [0, 1). */
export const uniform = (draw: Draw): number => draw(STEPS) / STEPS;

/** How long until the next event of a Poisson process. */
export const waitMs = (draw: Draw, perSecond: number): number => (-Math.log(1 - uniform(draw)) / perSecond) * 1000;
