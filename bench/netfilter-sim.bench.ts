import * as sim from '@nodelocal/netfilter-sim';
import { bench, describe } from 'vitest';
import { measuresOf } from './netfilter-sim/measures.ts';

const ONCE = { iterations: 3, warmupIterations: 0, time: 0 };

describe.each(measuresOf(sim))('$name', ({ measures }) => {
  for (const { name, run, long } of measures) bench(name, run, long === true ? ONCE : {});
});
