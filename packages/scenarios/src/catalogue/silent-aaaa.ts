import { LESSON_COREDNS, LESSON_GATEWAY, LESSON_POD, look, WITHOUT_CACHE } from '../cluster/lesson-scenario.ts';
import type { ResolverName } from '../scenario/client.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** A server, or a firewall before it, that never answers AAAA. */
const SILENT: Pick<Scenario, 'servers' | 'lookups'> = {
  servers: [{ ...LESSON_COREDNS, habits: [{ for: { type: 'AAAA' }, does: { kind: 'silent' } }] }, LESSON_GATEWAY],
  lookups: [look('kubernetes.default.svc.cluster.local.')],
};

const withResolver = (resolver: ResolverName): Pick<Scenario, 'clients'> => ({ clients: [{ ...LESSON_POD, resolver }] });

export const scenarios: readonly Scenario[] = [
  {
    ...WITHOUT_CACHE,
    ...SILENT,
    name: 'silent-aaaa',
    question: 'What does glibc do where AAAA is never answered?',
    expect: 'it waits five seconds three times, each time asking otherwise, and then takes the A record alone',
    incident: {
      sources: ['kubernetes/kubernetes#62628', 'linz/topo-workflows#206'],
      reported: 'Every lookup takes five seconds or a multiple of it; dig is fast.',
      shown: 'A is answered at once; for AAAA glibc asks again from the same socket, then from another one, and gives up after 15 s.',
      fix: 'A server that answers AAAA, if only that there is none; or no-aaaa (glibc 2.36).',
      fixedBy: ['silent-aaaa-not-asked'],
    },
    expectations: [
      { kind: 'resolves' },
      { kind: 'counts', of: 'five-second-waits', min: 3, max: 3 },
      { kind: 'counts', of: 'slowest-lookup-ms', min: 15_000, max: 15_100 },
    ],
  },
  {
    ...WITHOUT_CACHE,
    ...SILENT,
    name: 'silent-aaaa-not-asked',
    question: 'What does no-aaaa spare?',
    expect: 'the question, and with it the wait',
    clients: [{ ...LESSON_POD, resolvConf: `${LESSON_POD.resolvConf}options no-aaaa\n` }],
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'counts', of: 'questions-of-clients', min: 1, max: 1 },
    ],
  },
  {
    ...WITHOUT_CACHE,
    ...SILENT,
    ...withResolver('musl-1.2.5'),
    name: 'silent-aaaa-musl',
    question: 'And musl?',
    expect: 'it asks twice within five seconds, and fails although it has the A record',
    expectations: [
      { kind: 'fails', why: 'timed-out' },
      { kind: 'counts', of: 'slowest-lookup-ms', min: 5000, max: 5100 },
      { kind: 'counts', of: 'questions-of-clients', min: 3, max: 3 },
    ],
  },
  {
    ...WITHOUT_CACHE,
    ...SILENT,
    ...withResolver('go'),
    name: 'silent-aaaa-go',
    question: 'And Go?',
    expect: 'each question has its own socket; after two attempts of five seconds it takes the A record alone',
    expectations: [
      { kind: 'resolves' },
      { kind: 'counts', of: 'slowest-lookup-ms', min: 10_000, max: 10_100 },
    ],
  },
  {
    ...WITHOUT_CACHE,
    ...SILENT,
    ...withResolver('node'),
    name: 'silent-aaaa-node',
    question: 'And Node’s resolve4 and resolve6?',
    expect: 'resolve6 fails after four tries, 16 to 31 s later',
    expectations: [
      { kind: 'counts', of: 'slowest-lookup-ms', min: 16_000, max: 31_100 },
      { kind: 'counts', of: 'questions-of-clients', min: 5, max: 5 },
    ],
  },
];
