import type { Expectation } from '@nodelocal/scenarios';
import { judge } from '@nodelocal/scenarios';
import { expect, it } from 'vitest';
import { describeVerdicts } from '../../src/verdict/text.ts';
import { record } from '../support/lesson.ts';

const intercepted = record('intercepted');
const untold = record('ipvs-cluster-ip-bound');

/** What the recording of `intercepted` shows, and beside it what it does not. */
const PAIRS: readonly (readonly [Expectation, Expectation])[] = [
  [{ kind: 'counts', of: 'cache-hits', min: 4, max: 4 }, { kind: 'counts', of: 'cache-hits', min: 5 }],
  [{ kind: 'counts', of: 'packets-lost', max: 0 }, { kind: 'counts', of: 'cache-misses', max: 3 }],
  [{ kind: 'resolves' }, { kind: 'resolves', withinMs: 1 }],
  [{ kind: 'resolves', lookup: 2, withinMs: 1 }, { kind: 'resolves', lookup: 3 }],
  [{ kind: 'answered-by', who: ['node-cache'] }, { kind: 'answered-by', who: ['node-cache', 'CoreDNS'] }],
  [{ kind: 'loses', why: 'rule', max: 0 }, { kind: 'loses', why: 'rule' }],
];

it.each(PAIRS)('holds %j, and not %j', (held, broken) => {
  expect(judge(intercepted, [held, broken]).map(({ holds }) => holds)).toEqual([true, false]);
});

it('tells failures by their reason', () => {
  const dead = record('notrack-without-address');
  expect(judge(dead, [{ kind: 'fails', why: 'timed-out' }, { kind: 'fails', why: 'refused' }]).map(({ holds }) => holds)).toEqual([true, false]);
  expect(judge(intercepted, [{ kind: 'fails', why: 'timed-out' }])[0]).toMatchObject({ holds: false, seen: 'resolved after 3 ms, resolved after 0 ms' });
});

it('hears what the model says that it lacks, and what the cache logs', () => {
  const [unknown, other] = judge(untold, [{ kind: 'says-not-modelled', what: 'IPVS' }, { kind: 'says-not-modelled', what: 'XDP' }]);
  expect([unknown?.holds, other?.holds, other?.seen]).toEqual([true, false, expect.stringContaining('IPVS')]);
  expect(untold.lookups.map(({ result }) => result.kind)).toEqual(['not-known']);
  const loop = record('resolved-loop');
  expect(judge(loop, [{ kind: 'logs', what: 'detected for zone' }, { kind: 'logs', what: 'nothing of the kind' }]).map(({ holds }) => holds)).toEqual([true, false]);
});

it('says in words what was expected, and what was seen instead', () => {
  expect(describeVerdicts(judge(intercepted, PAIRS.slice(0, 1).flat()))).toEqual(['', 'Expected', '  yes cache-hits: 4', '  no  cache-hits: at least 5 (seen: 4)']);
});
