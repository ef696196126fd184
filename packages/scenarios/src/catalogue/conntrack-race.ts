import { LESSON_POD, look, WITHOUT_CACHE } from '../cluster/lesson-scenario.ts';
import { WHOLE_CACHE } from '../scenario/cache-parts.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** A and AAAA from one socket, on two processors of an old kernel. */
const RACE: Pick<Scenario, 'kernel' | 'sentAtOnce' | 'lookups'> = {
  kernel: '4.18',
  sentAtOnce: 'interleaved',
  lookups: Array.from({ length: 8 }, () => look('kubernetes.default.svc.cluster.local.')),
};

export const scenarios: readonly Scenario[] = [
  {
    ...WITHOUT_CACHE,
    ...RACE,
    name: 'conntrack-race',
    question: 'Why does a lookup take five seconds now and then?',
    expect: 'two queries of one socket race for one conntrack entry; one is dropped when it is confirmed, and glibc waits its timeout',
    incident: {
      sources: ['kubernetes/kubernetes#56903'],
      reported: 'Lookups take five seconds from time to time, in every cluster, without load.',
      shown: 'Both queries are looked up before either is confirmed, DNAT gives them different backends, and the second one is dropped: insert_failed rises, and the resolver asks again after five seconds. Here both are always under way at once; on a machine they are now and then.',
      fix: 'A socket for each question (single-request-reopen), a newer kernel, or NodeLocal DNSCache, which takes queries out of tracking.',
      fixedBy: ['conntrack-race-reopen', 'conntrack-race-intercepted'],
    },
    expectations: [
      { kind: 'resolves' },
      { kind: 'loses', why: 'conntrack-clash' },
      { kind: 'counts', of: 'five-second-waits', min: 1 },
      { kind: 'counts', of: 'insert-failed', min: 1 },
    ],
  },
  {
    ...WITHOUT_CACHE,
    ...RACE,
    name: 'conntrack-race-reopen',
    question: 'Does single-request-reopen help against the race?',
    expect: 'each question has its own socket and is sent when the one before is answered: nothing races, at one round trip more and one entry more',
    clients: [{ ...LESSON_POD, resolvConf: `${LESSON_POD.resolvConf}options single-request-reopen\n` }],
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'counts', of: 'insert-failed', max: 0 },
      { kind: 'counts', of: 'entries-of-clients', min: 16, max: 16 },
    ],
  },
  {
    ...WITHOUT_CACHE,
    ...RACE,
    cache: WHOLE_CACHE,
    name: 'conntrack-race-intercepted',
    question: 'Does NodeLocal DNSCache help against the race?',
    expect: 'queries are not tracked, so there is no entry to race for',
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'counts', of: 'packets-lost', max: 0 },
      { kind: 'counts', of: 'entries-of-clients', max: 0 },
    ],
  },
];
