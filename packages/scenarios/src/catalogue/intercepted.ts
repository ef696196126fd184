import { LESSON_SCENARIO } from '../cluster/lesson-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';

export const scenarios: readonly Scenario[] = [
  {
    ...LESSON_SCENARIO,
    name: 'intercepted',
    question: "Where does a pod's query go on a node with NodeLocal DNSCache?",
    expect: 'raw PREROUTING takes it out of tracking, nat is skipped, the cache on the node answers; the second lookup never leaves the node',
    expectations: [
      { kind: 'resolves' },
      { kind: 'answered-by', who: ['node-cache'] },
      { kind: 'counts', of: 'entries-of-clients', max: 0 },
      { kind: 'counts', of: 'cache-hits', min: 4, max: 4 },
    ],
  },
];
