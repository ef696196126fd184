import { LESSON_CLUSTER, LESSON_SCENARIO, look, WITHOUT_CACHE } from '../cluster/lesson-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';

const FLUSHED: Pick<Scenario, 'node' | 'lookups' | 'events'> = {
  node: LESSON_CLUSTER,
  lookups: [0, 2000, 40_000].map((atMs) => look('kubernetes.default.svc.cluster.local.', { start: { kind: 'at', atMs } })),
  events: [
    { atMs: 1000, what: { kind: 'rules-flushed' } },
    { atMs: 30_000, what: { kind: 'kube-proxy-synced' } },
  ],
};

export const scenarios: readonly Scenario[] = [
  {
    ...WITHOUT_CACHE,
    ...FLUSHED,
    name: 'rules-flushed',
    question: 'What is `iptables -F`, or a firewall that is loaded anew, to DNS?',
    expect: 'nobody translates the cluster IP until kube-proxy has written its rules again',
    incident: {
      sources: ['rancher/rke2#10469', 'k3s-io/k3s#7542'],
      reported: 'After firewalld was reloaded no pod of the node resolves for half a minute.',
      shown: 'Without kube-proxy’s rules the query leaves by the default route as it is.',
      fix: 'Leave kube-proxy’s tables alone. With NodeLocal DNSCache pods do not depend on them for what it has cached.',
      fixedBy: ['rules-flushed-intercepted'],
    },
    expectations: [
      { kind: 'fails', lookup: 2, why: 'timed-out' },
      { kind: 'resolves', lookup: 3 },
      { kind: 'loses', why: 'nobody-there' },
    ],
  },
  {
    ...LESSON_SCENARIO,
    ...FLUSHED,
    name: 'rules-flushed-intercepted',
    question: 'And with NodeLocal DNSCache, whose rules are flushed too?',
    expect: 'as nobody translates the cluster IP it is still the node’s own address: the cache answers from memory; when kube-proxy is back and the cache’s rules are not, CoreDNS does',
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'answered-by', who: ['CoreDNS', 'node-cache'] },
    ],
  },
];
