import { LESSON_CLUSTER, LESSON_POD, LESSON_SCENARIO, look } from '../cluster/lesson-scenario.ts';
import { WHOLE_CACHE } from '../scenario/cache-parts.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** A pod with hostNetwork and dnsPolicy ClusterFirstWithHostNet, on a node whose kube-proxy does not know which addresses are pods'. */
const HOST: Pick<Scenario, 'node' | 'clients' | 'lookups'> = {
  node: { ...LESSON_CLUSTER, proxyFlags: [] },
  clients: [{ ...LESSON_POD, name: 'daemon', at: { kind: 'host' } }],
  lookups: [look('kubernetes.default.svc.cluster.local.', { client: 'daemon' })],
};

export const scenarios: readonly Scenario[] = [
  {
    ...LESSON_SCENARIO,
    ...HOST,
    name: 'host-without-output-rules',
    question: 'Why do pods in the node’s network not resolve, while others do?',
    expect: 'what the node itself sends does not pass PREROUTING: it is tracked in OUTPUT and translated, with the cluster IP as its source, and the answer does not find back',
    cache: { ...WHOLE_CACHE, notrack: 'no-output' },
    incident: {
      sources: ['kubernetes/dns#318', 'kubernetes/dns#319'],
      reported: 'With the cluster IP on the node, pods with hostNetwork cannot resolve; node-cache 1.15.3 has rules in PREROUTING only.',
      shown: 'The route to the cluster IP is local, so that address becomes the source as well; kube-proxy’s DNAT in OUTPUT sends the packet away with it, and CoreDNS’s answer goes to whoever has that address elsewhere. With --cluster-cidr kube-proxy masquerades it, and it works, past the cache.',
      fix: 'NOTRACK rules in OUTPUT for what the node itself sends (kubernetes/dns#319).',
      fixedBy: ['host-with-output-rules'],
    },
    expectations: [
      { kind: 'fails', why: 'timed-out' },
      { kind: 'loses', why: 'not-this-node' },
      { kind: 'counts', of: 'cache-misses', max: 0 },
    ],
  },
  {
    ...LESSON_SCENARIO,
    ...HOST,
    name: 'host-with-output-rules',
    question: 'How does a pod in the node’s network reach NodeLocal DNSCache?',
    expect: 'raw OUTPUT takes it out of tracking, and it goes around by lo to the cache',
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'answered-by', who: ['node-cache'] },
      { kind: 'counts', of: 'entries-of-clients', max: 0 },
    ],
  },
];
