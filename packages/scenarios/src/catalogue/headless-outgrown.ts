import { corednsWithPods, HEADLESS } from '../cluster/headless.ts';
import { LESSON_GATEWAY, LESSON_POD, LESSON_SCENARIO, look, WITHOUT_CACHE } from '../cluster/lesson-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';

const OUTGROWN: Pick<Scenario, 'servers' | 'lookups'> = { servers: [corednsWithPods(60), LESSON_GATEWAY], lookups: [look(HEADLESS)] };

export const scenarios: readonly Scenario[] = [
  {
    ...WITHOUT_CACHE,
    ...OUTGROWN,
    name: 'headless-outgrown',
    question: 'What does Alpine 3.17 make of a headless Service with sixty pods?',
    expect: 'a part: what fits into 512 octets, as musl before 1.2.4 has no TCP to ask for the rest',
    clients: [{ ...LESSON_POD, resolver: 'musl-1.2.3' }],
    incident: {
      sources: ['alpinelinux/docker-alpine#326'],
      reported: 'Clients in Alpine see only some of the pods of a large headless Service.',
      shown: 'The answer is truncated to as many whole records as fit, and musl takes them for all there are.',
      fix: 'A resolver that asks by TCP (musl 1.2.4), or EDNS.',
      fixedBy: ['headless-by-tcp'],
    },
    expectations: [
      { kind: 'resolves' },
      { kind: 'counts', of: 'truncated-answers', min: 1 },
      { kind: 'counts', of: 'tcp-questions-of-clients', max: 0 },
    ],
  },
  {
    ...WITHOUT_CACHE,
    ...OUTGROWN,
    name: 'headless-by-tcp',
    question: 'And Alpine 3.18?',
    expect: 'musl 1.2.4 asks once more by TCP, and has them all; the connection leaves an entry for two minutes',
    clients: [{ ...LESSON_POD, resolver: 'musl-1.2.5' }],
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'counts', of: 'tcp-questions-of-clients', min: 1, max: 1 },
      { kind: 'counts', of: 'entries-of-clients', min: 2, max: 2 },
    ],
  },
  {
    ...LESSON_SCENARIO,
    ...OUTGROWN,
    name: 'headless-intercepted',
    question: 'Does NodeLocal DNSCache truncate as well?',
    expect: 'yes, towards a client without EDNS; TCP to it is not tracked either',
    clients: [{ ...LESSON_POD, resolver: 'musl-1.2.5' }],
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'counts', of: 'truncated-answers', min: 1, max: 1 },
      { kind: 'counts', of: 'tcp-questions-of-clients', min: 1, max: 1 },
      { kind: 'counts', of: 'entries-of-clients', max: 0 },
    ],
  },
];
