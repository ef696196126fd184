import { LESSON_POD, LESSON_SCENARIO } from '../cluster/lesson-scenario.ts';
import { LESSON } from '../cluster/lesson.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** A policy that lets a pod ask and nobody come in, as Calico writes it for traffic of the node itself: above all others. */
const policy = (mode: 'tracked' | 'tracked-or-dns'): string =>
  [
    '*filter',
    ':cali-tw-dns-test - [0:0]',
    `-I OUTPUT -o ${LESSON.pod.device} -j cali-tw-dns-test`,
    '-A cali-tw-dns-test -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    ...(mode === 'tracked' ? [] : [`-A cali-tw-dns-test -s ${LESSON.clusterDns}/32 -p udp -m udp --sport 53 -j ACCEPT`]),
    '-A cali-tw-dns-test -j DROP',
    'COMMIT',
    '',
  ].join('\n');

export const scenarios: readonly Scenario[] = [
  {
    ...LESSON_SCENARIO,
    name: 'policy-needs-conntrack',
    question: 'Why does a NetworkPolicy that allows DNS stop it once there is NodeLocal DNSCache?',
    expect: 'the answer is not tracked, so it is not ESTABLISHED, and the policy of the pod drops it',
    events: [{ atMs: 0, what: { kind: 'rules-added', text: policy('tracked') } }],
    lookups: LESSON_SCENARIO.lookups.map((lookup) => ({ ...lookup, start: { kind: 'after' as const, afterMs: 1000 } })),
    clients: [LESSON_POD],
    incident: {
      sources: ['kubernetes/kubernetes#98758', 'projectcalico/calico#3795'],
      reported: 'With Calico and a policy that allows egress to DNS and no ingress, DNS of the pod fails as soon as NodeLocal DNSCache is installed.',
      shown: 'The query reaches the cache; its answer is UNTRACKED, no rule for ESTABLISHED lets it pass, and the last rule of the pod’s chain drops it.',
      fix: 'A rule that lets answers of the cache’s addresses pass, before the policy drops them.',
      fixedBy: ['policy-lets-dns-pass'],
    },
    expectations: [
      { kind: 'fails', why: 'timed-out' },
      { kind: 'loses', why: 'rule' },
      { kind: 'counts', of: 'cache-hits', min: 1 },
    ],
  },
  {
    ...LESSON_SCENARIO,
    name: 'policy-lets-dns-pass',
    question: 'What must a policy say beside NodeLocal DNSCache?',
    expect: 'with a rule for the answers of the cache the policy drops nothing of DNS',
    events: [{ atMs: 0, what: { kind: 'rules-added', text: policy('tracked-or-dns') } }],
    lookups: LESSON_SCENARIO.lookups.map((lookup) => ({ ...lookup, start: { kind: 'after' as const, afterMs: 1000 } })),
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'counts', of: 'packets-lost', max: 0 },
    ],
  },
];
