import { LESSON_COREDNS, LESSON_GATEWAY, LESSON_SCENARIO, look } from '../cluster/lesson-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';

const slowBy = (byMs: number): Scenario['servers'] => [LESSON_COREDNS, { ...LESSON_GATEWAY, habits: [{ for: {}, does: { kind: 'slow', byMs } }] }];

export const scenarios: readonly Scenario[] = [
  {
    ...LESSON_SCENARIO,
    name: 'slow-upstream',
    question: 'What becomes of a query whose upstream takes eight seconds?',
    expect: 'the cache gives up before the upstream answers and says SERVFAIL, to this question and to the next one',
    servers: slowBy(8000),
    lookups: [look('example.com.')],
    incident: {
      sources: ['kubernetes/dns#443', 'kubernetes/dns#715', 'kubernetes/kubernetes#113080'],
      reported: 'node-cache logs "i/o timeout" and answers SERVFAIL after four to five seconds, while clients give up after five.',
      shown: 'The upstream is asked several times within the cache’s patience, and none of its answers comes in time. The client hears SERVFAIL, asks again, and hears it from memory.',
      fix: 'An upstream that answers within two seconds; nothing that a cache can do before it has an answer.',
      fixedBy: ['slow-upstream-in-time'],
    },
    expectations: [
      { kind: 'counts', of: 'lookups-resolved', max: 0 },
      { kind: 'counts', of: 'slowest-lookup-ms', min: 4000 },
    ],
  },
  {
    ...LESSON_SCENARIO,
    name: 'slow-upstream-in-time',
    question: 'And one that takes 1.5 seconds?',
    expect: 'one answer in time is enough, for it is kept: the second lookup is answered from memory',
    servers: slowBy(1500),
    lookups: [look('example.com.'), look('example.com.')],
    expectations: [
      { kind: 'resolves', lookup: 1, withinMs: 1700 },
      { kind: 'resolves', lookup: 2, withinMs: 10 },
    ],
  },
];
