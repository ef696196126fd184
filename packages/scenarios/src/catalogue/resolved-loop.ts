import { LESSON_COREDNS, LESSON_GATEWAY, LESSON_SCENARIO, look } from '../cluster/lesson-scenario.ts';
import { LESSON } from '../cluster/lesson.ts';
import { WHOLE_CACHE } from '../scenario/cache-parts.ts';
import type { Scenario } from '../scenario/scenario.ts';

const COREFILE = `.:53 {
    errors
    loop
    cache 30
    bind ${LESSON.localDns} ${LESSON.clusterDns}
    forward . /etc/resolv.conf
}
`;

/** systemd-resolved on the node, which was told to ask the cache. */
const RESOLVED: Scenario['servers'][number] = {
  name: 'resolved',
  addresses: ['127.0.0.53'],
  at: { kind: 'host' },
  knows: { kind: 'forwarded', to: LESSON.localDns },
  habits: [],
  delayMs: 0.05,
};

export const scenarios: readonly Scenario[] = [
  {
    ...LESSON_SCENARIO,
    name: 'resolved-loop',
    question: 'Why does node-cache end with "Loop detected" on a node with systemd-resolved?',
    expect: 'its resolv.conf names 127.0.0.53, which asks the cache: its own probe comes back, and it ends',
    cache: { ...WHOLE_CACHE, corefile: COREFILE, resolvConf: 'nameserver 127.0.0.53\n' },
    servers: [LESSON_COREDNS, LESSON_GATEWAY, RESOLVED],
    lookups: [look('example.com.', { start: { kind: 'at', atMs: 1000 } })],
    incident: {
      sources: ['coredns/coredns#2087', 'kubernetes/kubeadm#1162'],
      reported: 'node-cache or CoreDNS is restarted for ever, and its log says "Loop … detected for zone".',
      shown: 'The node’s resolv.conf leads to resolved and from there back to the cache. The loop plugin sees its own question again and again and ends the process; rules and addresses stay, so that pods are refused.',
      fix: 'Name a resolver that knows others: /run/systemd/resolve/resolv.conf, by the kubelet’s resolvConf.',
      fixedBy: ['resolved-past-the-stub'],
    },
    expectations: [
      { kind: 'logs', what: 'detected for zone' },
      { kind: 'fails', why: 'refused' },
    ],
  },
  {
    ...LESSON_SCENARIO,
    name: 'resolved-past-the-stub',
    question: 'Which resolv.conf does node-cache want on a node with systemd-resolved?',
    expect: 'the one with the servers that resolved itself asks: there is no way back',
    cache: { ...WHOLE_CACHE, corefile: COREFILE },
    servers: [LESSON_COREDNS, LESSON_GATEWAY, RESOLVED],
    lookups: [look('example.com.', { start: { kind: 'at', atMs: 1000 } })],
    expectations: [
      { kind: 'resolves', withinMs: 100 },
      { kind: 'answered-by', who: ['node-cache'] },
    ],
  },
];
