import { existing, HOT_NAMES, STORE_ENTRIES } from '../dns-servers/names.ts';
import type { Question } from './client.ts';

/** In [0, 1), the same for the same seed. */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

const OVER_TCP = 0.05;

/** Of a hundred: sixty of the hot names, fifteen of those that fill a store, fifteen never heard of, ten that do not exist. */
export const createQuestions = (random: () => number): (() => Question) => {
  let fresh = 0;
  return () => {
    const over = random() < OVER_TCP ? 'tcp' : 'udp';
    const found = (name: string, address: string): Question => ({ name, over, rcode: 'NOERROR', address });
    const draw = random() * 100;
    if (draw < 60) {
      const index = Math.floor(random() * HOT_NAMES.length);
      return found(HOT_NAMES[index] ?? '', `10.96.0.${index}`);
    }
    if (draw < 75) {
      const index = Math.floor(random() * STORE_ENTRIES);
      return found(existing(index), `10.244.${index >> 8}.${index & 255}`);
    }
    fresh += 1;
    if (draw < 90) return found(`e${fresh}.any.bench.test`, '10.244.255.1');
    return { name: `e${fresh}.none.bench.test`, over, rcode: 'NXDOMAIN', address: undefined };
  };
};
