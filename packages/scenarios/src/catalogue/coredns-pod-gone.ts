import { LESSON_CLUSTER, LESSON_SCENARIO, look, WITHOUT_CACHE } from '../cluster/lesson-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';

const GONE: Pick<Scenario, 'node' | 'lookups' | 'events'> = {
  node: LESSON_CLUSTER,
  lookups: Array.from({ length: 6 }, (_, at) => look('kubernetes.default.svc.cluster.local.', { start: { kind: 'at', atMs: at * 3000 } })),
  events: [
    { atMs: 1000, what: { kind: 'endpoint-gone', address: '192.168.196.4' } },
    { atMs: 14_000, what: { kind: 'kube-proxy-synced' } },
  ],
};

export const scenarios: readonly Scenario[] = [
  {
    ...WITHOUT_CACHE,
    ...GONE,
    name: 'coredns-pod-gone',
    question: 'What does the loss of one CoreDNS pod of two cost?',
    expect: 'each query has an even chance to be sent to the pod that is gone, and then costs five seconds, until kube-proxy knows',
    incident: {
      sources: ['kubernetes/kubernetes#129617', 'kubernetes/kubernetes#77650'],
      reported: 'When a node with a CoreDNS pod dies, lookups all over the cluster take five seconds or fail, for up to a minute.',
      shown: 'kube-proxy’s rules still name the pod. An entry pins the socket to it, so that what the resolver sends again goes there too.',
      fix: 'A shorter way from the loss to kube-proxy’s rules; or NodeLocal DNSCache, which is not asked anew for what it has.',
      fixedBy: ['coredns-pod-gone-intercepted'],
    },
    expectations: [
      { kind: 'counts', of: 'five-second-waits', min: 1 },
      { kind: 'resolves', lookup: 6 },
    ],
  },
  {
    ...LESSON_SCENARIO,
    ...GONE,
    name: 'coredns-pod-gone-intercepted',
    question: 'And with NodeLocal DNSCache?',
    expect: 'what it has answered it answers from memory; that there is no AAAA is kept for five seconds only, and asked for again on a new connection after a quarter of a second',
    expectations: [
      { kind: 'resolves', withinMs: 1000 },
      { kind: 'loses', why: 'nobody-there' },
      { kind: 'counts', of: 'five-second-waits', max: 0 },
    ],
  },
];
