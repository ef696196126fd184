import { LESSON_SCENARIO } from '../cluster/lesson-scenario.ts';
import { WHOLE_CACHE } from '../scenario/cache-parts.ts';
import type { Scenario } from '../scenario/scenario.ts';

export const scenarios: readonly Scenario[] = [
  {
    ...LESSON_SCENARIO,
    name: 'address-without-notrack',
    question: 'Is it enough to bind the cluster IP on the node?',
    expect: 'no: nat PREROUTING sends the query to a CoreDNS pod before routing can see that its address is local',
    cache: { ...WHOLE_CACHE, notrack: 'none' },
    expectations: [
      { kind: 'resolves' },
      { kind: 'answered-by', who: ['CoreDNS'] },
      { kind: 'counts', of: 'cache-misses', max: 0 },
      { kind: 'counts', of: 'entries-of-clients', min: 4, max: 4 },
    ],
  },
];
