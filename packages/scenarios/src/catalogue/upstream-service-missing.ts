import { LESSON_CLUSTER, LESSON_SCENARIO, look } from '../cluster/lesson-scenario.ts';
import { WHOLE_CACHE } from '../scenario/cache-parts.ts';
import type { Scenario } from '../scenario/scenario.ts';

const LOOKUPS = [look('kubernetes.default.svc.cluster.local.'), look('example.com.')];

export const scenarios: readonly Scenario[] = [
  {
    ...LESSON_SCENARIO,
    node: LESSON_CLUSTER,
    name: 'upstream-service-missing',
    question: 'What does the cache without the Service kube-dns-upstream?',
    expect: 'names of the cluster fail: nobody translates the address that it asks; names of the world resolve',
    cache: { ...WHOLE_CACHE, upstreamService: false },
    lookups: LOOKUPS,
    incident: {
      sources: ['kubernetes/dns#401', 'kubernetes/dns#596'],
      reported: 'After the Service was deleted, or where it is in another namespace, no name of the cluster resolves by node-cache.',
      shown: 'The SYN to the Service’s address leaves the node as it is, and nobody answers; the cache says SERVFAIL. What it asks the node’s own resolver works.',
      fix: 'The Service of the manifest, beside node-cache.',
      fixedBy: ['upstream-service-there'],
    },
    expectations: [
      { kind: 'counts', of: 'lookups-resolved', min: 1, max: 1 },
      { kind: 'resolves', lookup: 2 },
      { kind: 'loses', why: 'nobody-there' },
    ],
  },
  {
    ...LESSON_SCENARIO,
    node: LESSON_CLUSTER,
    name: 'upstream-service-there',
    question: 'Whom does the cache ask for which names?',
    expect: 'for those of the cluster CoreDNS, by TCP; for others the node’s resolver, by UDP',
    lookups: LOOKUPS,
    expectations: [
      { kind: 'resolves', withinMs: 100 },
      { kind: 'counts', of: 'packets-lost', max: 0 },
    ],
  },
];
