import { LESSON_SCENARIO, look, WITHOUT_CACHE } from '../cluster/lesson-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** A network between nodes that loses one packet of ten. */
const LOSSY: Pick<Scenario, 'links' | 'lookups'> = {
  links: { ...LESSON_SCENARIO.links, uplink: { ...LESSON_SCENARIO.links.uplink, lossShare: 0.1 } },
  lookups: Array.from({ length: 12 }, (_, at) => look(`no-${at}.default.svc.cluster.local.`)),
};

export const scenarios: readonly Scenario[] = [
  {
    ...WITHOUT_CACHE,
    ...LOSSY,
    name: 'lossy-link',
    question: 'What does a lost packet cost where pods ask by UDP?',
    expect: 'five seconds each, as only the resolver can send it again',
    incident: {
      sources: ['kubernetes/enhancements: KEP-1024'],
      reported: 'A little loss between nodes makes tail latencies of DNS of five seconds and more.',
      shown: 'Every lost query or answer is a timeout of the resolver. No name here is in a cache, so that each is asked for.',
      fix: 'The cache’s connection by TCP: what is lost is sent again after a fifth of a second.',
      fixedBy: ['lossy-link-by-tcp'],
    },
    expectations: [
      { kind: 'loses', why: 'lost-on-link' },
      { kind: 'counts', of: 'five-second-waits', min: 1 },
    ],
  },
  {
    ...LESSON_SCENARIO,
    ...LOSSY,
    name: 'lossy-link-by-tcp',
    question: 'And where the cache asks by TCP?',
    expect: 'fractions of a second: TCP sends again what is lost, and pods wait on their own node only',
    expectations: [
      { kind: 'loses', why: 'lost-on-link' },
      { kind: 'counts', of: 'five-second-waits', max: 0 },
      { kind: 'counts', of: 'slowest-lookup-ms', max: 4000 },
    ],
  },
];
