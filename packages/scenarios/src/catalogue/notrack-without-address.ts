import { LESSON_SCENARIO } from '../cluster/lesson-scenario.ts';
import { WHOLE_CACHE } from '../scenario/cache-parts.ts';
import type { Scenario } from '../scenario/scenario.ts';

export const scenarios: readonly Scenario[] = [
  {
    ...LESSON_SCENARIO,
    name: 'notrack-without-address',
    question: 'What if the rules stay and the address is gone?',
    expect: 'nothing translates the cluster IP any more, it leaves by the default route, and the lookup times out',
    cache: { ...WHOLE_CACHE, clusterIp: false },
    expectations: [
      { kind: 'fails', why: 'timed-out' },
      { kind: 'answered-by', who: [] },
      { kind: 'counts', of: 'entries-most', max: 0 },
    ],
  },
];
