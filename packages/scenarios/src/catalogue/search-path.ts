import { LESSON_POD, LESSON_SCENARIO, look, WITHOUT_CACHE } from '../cluster/lesson-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';

export const scenarios: readonly Scenario[] = [
  {
    ...LESSON_SCENARIO,
    name: 'search-path',
    question: 'How many questions does one name of the world cost?',
    expect: 'with ndots:5 eight: A and AAAA of the name with each of three search domains, and of the name itself',
    lookups: [look('api.example.com')],
    incident: {
      sources: ['kubernetes/kubernetes#33554', 'deckhouse/deckhouse#16879'],
      reported: 'CoreDNS answers mostly NXDOMAIN: names of the world are looked for in the cluster first.',
      shown: 'A name with fewer than five dots is tried with each search domain before it is tried as it is; six of eight questions are answered NXDOMAIN.',
      fix: 'A dot at the end of the name, or ndots:2 in the pod’s dnsConfig.',
      fixedBy: ['search-path-final-dot', 'search-path-ndots'],
    },
    expectations: [
      { kind: 'resolves' },
      { kind: 'counts', of: 'questions-of-clients', min: 8, max: 8 },
    ],
  },
  {
    ...LESSON_SCENARIO,
    name: 'search-path-final-dot',
    question: 'What does a dot at the end of a name spare?',
    expect: 'the search list: two questions are left',
    lookups: [look('api.example.com.')],
    expectations: [
      { kind: 'resolves' },
      { kind: 'counts', of: 'questions-of-clients', min: 2, max: 2 },
    ],
  },
  {
    ...LESSON_SCENARIO,
    name: 'search-path-ndots',
    question: 'What does ndots:2 spare?',
    expect: 'a name with two dots is tried as it is first: two questions are left',
    clients: [{ ...LESSON_POD, resolvConf: LESSON_POD.resolvConf.replace('ndots:5', 'ndots:2') }],
    lookups: [look('api.example.com')],
    expectations: [
      { kind: 'resolves' },
      { kind: 'counts', of: 'questions-of-clients', min: 2, max: 2 },
    ],
  },
  {
    ...WITHOUT_CACHE,
    name: 'search-path-without-cache',
    question: 'What does the search list cost in conntrack, without NodeLocal DNSCache?',
    expect: 'an entry for each name that is tried, for thirty seconds',
    lookups: [look('kubernetes.default'), look('kubernetes.default'), look('kubernetes.default')],
    expectations: [
      { kind: 'resolves' },
      { kind: 'counts', of: 'questions-of-clients', min: 12, max: 12 },
      { kind: 'counts', of: 'entries-of-clients', min: 6, max: 6 },
    ],
  },
];
