import { LESSON_CLUSTER, LESSON_POD, LESSON_SCENARIO, look } from '../cluster/lesson-scenario.ts';
import { NO_CACHE, WHOLE_CACHE } from '../scenario/cache-parts.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** The addresses are there with the server; its rules come with the first round of checks. */
const starting = (rulesAfterMs: number): Pick<Scenario, 'node' | 'clients' | 'lookups' | 'events' | 'cache'> => ({
  node: { ...LESSON_CLUSTER, proxyFlags: [] },
  clients: [{ ...LESSON_POD, name: 'daemon', at: { kind: 'host' } }],
  cache: WHOLE_CACHE,
  lookups: [look('kubernetes.default.svc.cluster.local.', { client: 'daemon', start: { kind: 'at', atMs: 2000 } })],
  events: [
    { atMs: 0, what: { kind: 'agent-stopped' } },
    { atMs: 1000, what: { kind: 'agent-started', rulesAfterMs } },
  ],
});

export const scenarios: readonly Scenario[] = [
  {
    ...LESSON_SCENARIO,
    ...starting(60_000),
    name: 'startup-gap',
    question: 'Why do hostNetwork pods fail for a minute after node-cache has started?',
    expect: 'the address is on the node, its rules are not: what the node sends is translated with the cluster IP as its source, and the answer goes astray',
    incident: {
      sources: ['kubernetes/dns#448', 'kubernetes/kubernetes#134239'],
      reported: 'Without -pidfile the rules are first put in after a whole sync interval; until then hostNetwork pods of some clouds cannot resolve.',
      shown: 'The local route makes the cluster IP the source, kube-proxy’s DNAT sends the query away with it, and the answer is none of this node’s. Pods have their own address and are answered by CoreDNS.',
      fix: 'Rules as soon as the servers listen (-pidfile).',
      fixedBy: ['startup-with-pidfile'],
    },
    expectations: [
      { kind: 'fails', why: 'timed-out' },
      { kind: 'loses', why: 'not-this-node' },
    ],
  },
  {
    ...LESSON_SCENARIO,
    ...starting(0),
    name: 'startup-with-pidfile',
    question: 'And with -pidfile?',
    expect: 'the rules are there as soon as the server is',
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'answered-by', who: ['node-cache'] },
    ],
  },
  {
    ...LESSON_SCENARIO,
    ...starting(60_000),
    clients: [LESSON_POD],
    lookups: [look('kubernetes.default.svc.cluster.local.', { start: { kind: 'at', atMs: 2000 } })],
    cache: { ...NO_CACHE, localAddress: true, clusterIp: true, agent: 'running' },
    events: [],
    name: 'startup-gap-pod',
    question: 'What is the same gap to a pod?',
    expect: 'nat comes before routing: it is answered by CoreDNS, and the cache sees nothing',
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'answered-by', who: ['CoreDNS'] },
    ],
  },
];
