import { LESSON_COREDNS, LESSON_GATEWAY, look, WITHOUT_CACHE } from '../cluster/lesson-scenario.ts';
import { WHOLE_CACHE } from '../scenario/cache-parts.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** A new kernel, two processors, and servers that take 1.5 s. */
const LATE: Pick<Scenario, 'sentAtOnce' | 'servers' | 'lookups'> = {
  sentAtOnce: 'interleaved',
  servers: [{ ...LESSON_COREDNS, habits: [{ for: {}, does: { kind: 'slow', byMs: 1500 } }] }, LESSON_GATEWAY],
  lookups: Array.from({ length: 4 }, () => look('kubernetes.default.svc.cluster.local.')),
};

export const scenarios: readonly Scenario[] = [
  {
    ...WITHOUT_CACHE,
    ...LATE,
    name: 'late-answer',
    question: 'Is the conntrack race gone since Linux 5.6?',
    expect: 'the loser of the race keeps an entry for one second only: an answer that comes later is not translated back, and the resolver does not take it',
    incident: {
      sources: ['kubernetes/kubernetes#56903'],
      reported: 'On new kernels too there are waits of five seconds, where upstreams are slow.',
      shown: 'The clash is resolved, and both queries arrive; but the entry that lost lives for a second, and an answer after 1.5 s comes from the address of a backend, which nobody asked.',
      fix: 'NodeLocal DNSCache: its upstream is asked by TCP, and pods by addresses that are not translated.',
      fixedBy: ['late-answer-intercepted'],
    },
    expectations: [
      { kind: 'counts', of: 'insert-failed', max: 0 },
      { kind: 'counts', of: 'answers-from-elsewhere', min: 1 },
      { kind: 'counts', of: 'five-second-waits', min: 1 },
    ],
  },
  {
    ...WITHOUT_CACHE,
    ...LATE,
    cache: WHOLE_CACHE,
    name: 'late-answer-intercepted',
    question: 'What do slow upstreams cost with NodeLocal DNSCache?',
    expect: 'the time that they take, once: nothing is lost',
    expectations: [
      { kind: 'resolves', withinMs: 1600 },
      { kind: 'counts', of: 'five-second-waits', max: 0 },
    ],
  },
];
