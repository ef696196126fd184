import { LESSON_COREDNS, LESSON_GATEWAY, LESSON_SCENARIO, look } from '../cluster/lesson-scenario.ts';
import { LESSON } from '../cluster/lesson.ts';
import { WHOLE_CACHE } from '../scenario/cache-parts.ts';
import type { Scenario } from '../scenario/scenario.ts';

const NAME = 'kubernetes.default.svc.cluster.local.';

/** A Service that is made two seconds after somebody asked for it. */
const NEW_SERVICE: Pick<Scenario, 'servers' | 'lookups' | 'events'> = {
  servers: [{ ...LESSON_COREDNS, habits: [{ for: { nameEnd: NAME }, does: { kind: 'error', rcode: 'NXDOMAIN' } }] }, LESSON_GATEWAY],
  lookups: [0, 3000, 8000].map((atMs) => look(NAME, { start: { kind: 'at', atMs } })),
  events: [{ atMs: 2000, what: { kind: 'server-changes', server: 'CoreDNS', habits: [] } }],
};

const corefile = (cache: string): string => `cluster.local:53 {
    errors
    ${cache}
    bind ${LESSON.localDns} ${LESSON.clusterDns}
    forward . ${LESSON.upstreamDns} {
        force_tcp
    }
}
`;

export const scenarios: readonly Scenario[] = [
  {
    ...LESSON_SCENARIO,
    ...NEW_SERVICE,
    name: 'denial-outlives',
    question: 'Why is a Service that exists not found?',
    expect: 'that it does not exist was kept, for as long as SOA and Corefile say: thirty seconds here',
    cache: { ...WHOLE_CACHE, corefile: corefile('cache {\n        success 9984 30\n        denial 9984 30 30\n    }') },
    incident: {
      sources: ['kubernetes/kubernetes#74092', 'deckhouse/deckhouse#14345'],
      reported: 'A pod that asks for a Service before it is made does not find it for half a minute afterwards.',
      shown: 'NXDOMAIN is answered from memory although CoreDNS knows the name by now.',
      fix: 'Denials that are kept for as long as the zone’s SOA says, or for five seconds as in the manifest of NodeLocal DNSCache; or none.',
      fixedBy: ['denial-not-kept'],
    },
    expectations: [
      { kind: 'fails', why: 'not-found', lookup: 2 },
      { kind: 'fails', why: 'not-found', lookup: 3 },
    ],
  },
  {
    ...LESSON_SCENARIO,
    ...NEW_SERVICE,
    name: 'denial-not-kept',
    question: 'What if denials are not kept?',
    expect: 'the Service is found as soon as CoreDNS knows it; every other name that does not exist is asked for each time',
    cache: { ...WHOLE_CACHE, corefile: corefile('cache 30 {\n        disable denial\n    }') },
    expectations: [
      { kind: 'fails', why: 'not-found', lookup: 1 },
      { kind: 'resolves', lookup: 2 },
    ],
  },
];
