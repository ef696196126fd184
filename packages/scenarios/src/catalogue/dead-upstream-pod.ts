import { LESSON_CLUSTER, LESSON_SCENARIO, look } from '../cluster/lesson-scenario.ts';
import { WHOLE_CACHE } from '../scenario/cache-parts.ts';
import { LESSON } from '../cluster/lesson.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** The pod that the connection is pinned to, with the first seed. */
const PINNED = '192.168.196.4';

/** Names that are not in the cache, so that the upstream is asked each time. */
const LOOKUPS = [
  look('kubernetes.default.svc.cluster.local.', { start: { kind: 'at', atMs: 0 } }),
  ...[1, 2, 3].map((n) => look(`no-${n}.default.svc.cluster.local.`, { start: { kind: 'at', atMs: 1000 + n * 8000 } })),
];

const GONE: Scenario['events'] = [{ atMs: 1000, what: { kind: 'endpoint-gone', address: PINNED } }];

const UDP_COREFILE = `cluster.local:53 {
    errors
    cache 30
    bind ${LESSON.localDns} ${LESSON.clusterDns}
    forward . ${LESSON.upstreamDns} {
        prefer_udp
    }
}
`;

export const scenarios: readonly Scenario[] = [
  {
    ...LESSON_SCENARIO,
    node: LESSON_CLUSTER,
    name: 'dead-upstream-pod',
    question: 'Why do misses time out after a CoreDNS pod is gone?',
    expect: 'the cache’s TCP connection stays with the pod that it was translated to, dead or not; questions wait until another one is opened',
    lookups: LOOKUPS,
    events: GONE,
    incident: {
      sources: ['kubernetes/dns#443', 'kubernetes/dns#480', 'coredns/coredns#6803'],
      reported: 'After a rollout of kube-dns node-cache logs "i/o timeout" towards kube-dns-upstream, for some time.',
      shown: 'A conntrack entry pins the connection to one pod. The cache asks again on another connection after a quarter of a second; as long as kube-proxy has not heard, that may lead to the dead pod too, and then the answer is SERVFAIL. The engine here gives a connection up after one silence; CoreDNS’s forward plugin, of which this was reported, keeps it for longer.',
      fix: 'kube-proxy that hears at once; connections that are not kept for long (max_age); or pods that end theirs before they go.',
      fixedBy: ['dead-upstream-pod-synced'],
    },
    expectations: [
      { kind: 'resolves', lookup: 1 },
      { kind: 'counts', of: 'slowest-lookup-ms', min: 2000 },
      { kind: 'loses', why: 'nobody-there' },
    ],
  },
  {
    ...LESSON_SCENARIO,
    node: LESSON_CLUSTER,
    name: 'dead-upstream-pod-udp',
    question: 'Is UDP towards the upstream better off than a connection, where a pod is dead?',
    expect: 'every question is translated anew: half of them go to the dead pod until kube-proxy has heard',
    cache: { ...WHOLE_CACHE, corefile: UDP_COREFILE },
    lookups: LOOKUPS,
    events: GONE,
    expectations: [
      { kind: 'resolves', lookup: 1 },
      { kind: 'loses', why: 'nobody-there' },
      { kind: 'counts', of: 'slowest-lookup-ms', min: 250 },
    ],
    seed: 4,
  },
  {
    ...LESSON_SCENARIO,
    node: LESSON_CLUSTER,
    name: 'dead-upstream-pod-synced',
    question: 'What does a dead CoreDNS pod cost once kube-proxy knows?',
    expect: 'a quarter of a second, once: the connection that stood is given up, and the next one leads to a pod that lives',
    lookups: LOOKUPS,
    events: [...GONE, { atMs: 1100, what: { kind: 'kube-proxy-synced' } }],
    expectations: [
      { kind: 'loses', why: 'nobody-there' },
      { kind: 'counts', of: 'slowest-lookup-ms', min: 250, max: 300 },
    ],
  },
];
