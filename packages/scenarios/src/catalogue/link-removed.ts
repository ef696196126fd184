import { LESSON_SCENARIO, look } from '../cluster/lesson-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';

const LOOKUPS = [0, 2000].map((atMs) => look('kubernetes.default.svc.cluster.local.', { start: { kind: 'at', atMs } }));

const REMOVED: Scenario['events'] = [
  { atMs: 1000, what: { kind: 'address-removed', which: 'cluster-ip' } },
  { atMs: 1000, what: { kind: 'address-removed', which: 'local' } },
];

export const scenarios: readonly Scenario[] = [
  {
    ...LESSON_SCENARIO,
    name: 'link-removed',
    question: 'What if a network manager takes the link nodelocaldns away?',
    expect: 'the rules stay: nothing is tracked or translated, and queries leave by the default route, until the next check of node-cache',
    lookups: LOOKUPS,
    events: REMOVED,
    incident: {
      sources: ['kubernetes/dns#282', 'kubernetes-sigs/kubespray#6949'],
      reported: 'NetworkManager or systemd-networkd sets the link down or removes it, and DNS of the node stops for up to a minute.',
      shown: 'Without its address the cluster IP is nowhere; as NOTRACK keeps nat from the query, kube-proxy cannot help.',
      fix: 'Tell the manager to leave the link alone; node-cache makes it anew at its next check.',
      fixedBy: ['link-restored'],
    },
    expectations: [
      { kind: 'resolves', lookup: 1 },
      { kind: 'fails', lookup: 2, why: 'timed-out' },
      { kind: 'loses', why: 'nobody-there' },
    ],
  },
  {
    ...LESSON_SCENARIO,
    name: 'link-restored',
    question: 'And once the link is there again?',
    expect: 'the server has kept its sockets: it answers as before, from memory',
    lookups: LOOKUPS,
    events: [
      ...REMOVED,
      { atMs: 1500, what: { kind: 'address-added', which: 'local' } },
      { atMs: 1500, what: { kind: 'address-added', which: 'cluster-ip' } },
    ],
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'counts', of: 'cache-hits', min: 2 },
    ],
  },
];
