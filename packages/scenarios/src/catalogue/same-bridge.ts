import { podResolvConf } from '../cluster/kubelet.ts';
import { LESSON_CLUSTER, LESSON_COREDNS, LESSON_GATEWAY, look, WITHOUT_CACHE } from '../cluster/lesson-scenario.ts';
import { LESSON } from '../cluster/lesson.ts';
import { WHOLE_CACHE } from '../scenario/cache-parts.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** A pod and the only CoreDNS pod behind one bridge. */
const BRIDGE: Pick<Scenario, 'node' | 'clients' | 'servers' | 'lookups' | 'events'> = {
  node: { ...LESSON_CLUSTER, node: 'k01-worker2', folder: 'bridge' },
  clients: [
    {
      name: 'web',
      at: { kind: 'pod', address: '192.168.195.130', device: 'veth5c1d9a3e' },
      resolver: 'glibc',
      resolvConf: podResolvConf('default', { servers: [LESSON.clusterDns], domain: 'cluster.local' }),
    },
  ],
  servers: [{ ...LESSON_COREDNS, addresses: ['192.168.195.131'], at: { kind: 'pod', device: 'veth7f20b4c8' } }, LESSON_GATEWAY],
  lookups: [look('kubernetes.default.svc.cluster.local.', { client: 'web' })],
  events: [
    { atMs: 0, what: { kind: 'endpoint-gone', address: '192.168.196.4' } },
    { atMs: 0, what: { kind: 'kube-proxy-synced' } },
  ],
};

const calls = (value: '0' | '1'): Scenario['sysctls'] => ({ 'net.bridge.bridge-nf-call-iptables': value });

export const scenarios: readonly Scenario[] = [
  {
    ...WITHOUT_CACHE,
    ...BRIDGE,
    name: 'same-bridge',
    question: 'Why does "reply from unexpected source" come up only where CoreDNS is on the same node?',
    expect: 'the query is routed and translated; the answer is switched past all hooks, so that it keeps the address of the CoreDNS pod, and the resolver does not take it',
    sysctls: calls('0'),
    incident: {
      sources: ['kubernetes/kubernetes#21613', 'kelseyhightower/kubernetes-the-hard-way#561'],
      reported: 'Pods on the node of the CoreDNS pod cannot resolve: "reply from unexpected source: 10.233.64.4#53, expected 10.233.0.3#53".',
      shown: 'With bridge-nf-call-iptables=0 the bridge hands the answer from port to port; conntrack never sees it, and nothing is translated back.',
      fix: 'modprobe br_netfilter, and net.bridge.bridge-nf-call-iptables=1; or NodeLocal DNSCache, whose answers are not switched.',
      fixedBy: ['same-bridge-netfilter', 'same-bridge-intercepted'],
    },
    expectations: [
      { kind: 'fails', why: 'timed-out' },
      { kind: 'counts', of: 'five-second-waits', min: 1 },
      { kind: 'counts', of: 'answers-from-elsewhere', min: 4, max: 4 },
      { kind: 'counts', of: 'packets-lost', max: 0 },
    ],
  },
  {
    ...WITHOUT_CACHE,
    ...BRIDGE,
    name: 'same-bridge-netfilter',
    question: 'What does br_netfilter do for DNS?',
    expect: 'what is switched meets the hooks: the answer is translated back',
    sysctls: calls('1'),
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'answered-by', who: ['CoreDNS'] },
    ],
  },
  {
    ...WITHOUT_CACHE,
    ...BRIDGE,
    cache: WHOLE_CACHE,
    name: 'same-bridge-intercepted',
    question: 'Does NodeLocal DNSCache need br_netfilter?',
    expect: 'no: its answers come from the node itself, and those of CoreDNS to it are not switched',
    sysctls: calls('0'),
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'answered-by', who: ['node-cache'] },
    ],
  },
];
