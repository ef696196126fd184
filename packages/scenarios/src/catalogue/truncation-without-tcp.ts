import { corednsWithPods, HEADLESS } from '../cluster/headless.ts';
import { LESSON_GATEWAY, LESSON_POD, look, WITHOUT_CACHE } from '../cluster/lesson-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** It says TC and nothing else over UDP, and all of it over TCP. */
const TRUNCATES: Scenario['servers'] = [{ ...corednsWithPods(60), habits: [{ for: { type: 'A', transport: 'udp' }, does: { kind: 'truncates' } }] }, LESSON_GATEWAY];

export const scenarios: readonly Scenario[] = [
  {
    ...WITHOUT_CACHE,
    servers: TRUNCATES,
    lookups: [look(HEADLESS)],
    name: 'truncation-without-tcp',
    question: 'What does a stub without TCP make of an answer that is nothing but TC?',
    expect: 'that the name has no address',
    clients: [{ ...LESSON_POD, resolver: 'musl-1.2.3' }],
    incident: {
      sources: ['rancher/rancher#9605', 'alpinelinux/docker-alpine#326'],
      reported: 'Names with many records do not resolve in Alpine, and do in every other image.',
      shown: 'The server sends TC and no record over UDP; musl before 1.2.4 takes that for an answer without addresses.',
      fix: 'A server that sends as many records as fit (RFC 2181 §9), as CoreDNS and the cache here do; or a resolver with TCP.',
      fixedBy: ['truncation-with-tcp'],
    },
    expectations: [
      { kind: 'fails', why: 'not-found' },
      { kind: 'counts', of: 'truncated-answers', min: 1 },
    ],
  },
  {
    ...WITHOUT_CACHE,
    servers: TRUNCATES,
    lookups: [look(HEADLESS)],
    name: 'truncation-with-tcp',
    question: 'And one with TCP?',
    expect: 'it asks by TCP and resolves',
    clients: [{ ...LESSON_POD, resolver: 'musl-1.2.5' }],
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'counts', of: 'tcp-questions-of-clients', min: 1, max: 1 },
    ],
  },
];
