import { podResolvConf } from '../cluster/kubelet.ts';
import { LESSON_POD, LESSON_SCENARIO, look } from '../cluster/lesson-scenario.ts';
import { LESSON } from '../cluster/lesson.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** The cache is stopped, and five seconds later its successor starts. */
const ROLLOUT: Pick<Scenario, 'lookups' | 'events'> = {
  lookups: [0, 2000, 30_000].map((atMs) => look('kubernetes.default.svc.cluster.local.', { start: { kind: 'at', atMs } })),
  events: [
    { atMs: 1000, what: { kind: 'agent-stopped' } },
    { atMs: 6000, what: { kind: 'agent-started', rulesAfterMs: 1000 } },
  ],
};

const asking = (...servers: readonly (typeof LESSON.localDns)[]): Scenario['clients'] => [
  { ...LESSON_POD, resolvConf: podResolvConf('default', { servers, domain: 'cluster.local' }) },
];

export const scenarios: readonly Scenario[] = [
  {
    ...LESSON_SCENARIO,
    ...ROLLOUT,
    name: 'rollout-gap',
    question: 'What does an upgrade of node-cache cost pods that ask its local address?',
    expect: 'between the old one and the new one nobody has that address: queries leave the node and are lost, for as long as the gap',
    clients: asking(LESSON.localDns),
    incident: {
      sources: ['kubernetes/dns#310', 'kubernetes/dns#642', 'kubernetes/kops#14812'],
      reported: 'DNS of a node fails for five to ten seconds whenever the daemon set is rolled out.',
      shown: 'The old server takes its address along. The local address is in no Service, so kube-proxy has nothing for it: the resolver waits five seconds for each try.',
      fix: 'Pods that ask the cluster IP, which kube-proxy takes over; or an agent that hands over its sockets.',
      fixedBy: ['rollout-gap-cluster-ip'],
    },
    expectations: [
      { kind: 'resolves', lookup: 1, withinMs: 10 },
      { kind: 'counts', of: 'five-second-waits', min: 1 },
      { kind: 'loses', why: 'nobody-there' },
    ],
  },
  {
    ...LESSON_SCENARIO,
    ...ROLLOUT,
    name: 'rollout-gap-cluster-ip',
    question: 'And pods that ask the cluster IP?',
    expect: 'kube-proxy sends them to CoreDNS in the meantime: they notice nothing',
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'answered-by', who: ['CoreDNS', 'node-cache'] },
      { kind: 'counts', of: 'packets-lost', max: 0 },
    ],
  },
  {
    ...LESSON_SCENARIO,
    ...ROLLOUT,
    name: 'rollout-gap-two-nameservers',
    question: 'Does a second nameserver help over the gap?',
    expect: 'yes, but only after five seconds for the first one, with every lookup',
    clients: asking(LESSON.localDns, LESSON.clusterDns),
    expectations: [
      { kind: 'resolves', withinMs: 6000 },
      { kind: 'counts', of: 'five-second-waits', min: 1, max: 1 },
    ],
  },
];
