import { LESSON_SCENARIO, look } from '../cluster/lesson-scenario.ts';
import { LESSON } from '../cluster/lesson.ts';
import type { Scenario } from '../scenario/scenario.ts';

const AGAIN = `*raw\n-I PREROUTING -d ${LESSON.clusterDns}/32 -p udp -m udp --dport 53 -m comment --comment "NodeLocal DNS Cache: skip conntrack" -j NOTRACK\nCOMMIT\n`;

const LOOKUPS = [500, 2000].map((atMs) => look('kubernetes.default.svc.cluster.local.', { start: { kind: 'at', atMs } }));

export const scenarios: readonly Scenario[] = [
  {
    ...LESSON_SCENARIO,
    name: 'rules-doubled',
    question: 'Do rules that node-cache has put in twice do any harm?',
    expect: 'not as long as it runs; but where each is deleted once, a copy is left that keeps queries from kube-proxy',
    lookups: LOOKUPS,
    events: [
      { atMs: 0, what: { kind: 'rules-added', text: AGAIN } },
      { atMs: 1000, what: { kind: 'agent-stopped' } },
    ],
    incident: {
      sources: ['kubernetes/dns#568', 'kubernetes/dns#643'],
      reported: 'A check that fails lets node-cache add its rules again and again, thousands of them; the load of the node grows.',
      shown: 'A second NOTRACK rule changes nothing of a packet’s way. Deleted once each, as with iptables -D, one of the two stays: the query is not tracked, nobody translates it, and its address is gone. Time that rules take is not modelled, so the load is not shown.',
      fix: 'Delete until none is left, as node-cache does at its end; or start it again.',
      fixedBy: ['rules-once'],
    },
    expectations: [
      { kind: 'resolves', lookup: 1 },
      { kind: 'fails', lookup: 2, why: 'timed-out' },
      { kind: 'loses', why: 'nobody-there' },
    ],
  },
  {
    ...LESSON_SCENARIO,
    name: 'rules-once',
    question: 'What becomes of queries when node-cache stops as it should?',
    expect: 'its rules and addresses are gone, and kube-proxy sends queries to CoreDNS',
    lookups: LOOKUPS,
    events: [{ atMs: 1000, what: { kind: 'agent-stopped' } }],
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'answered-by', who: ['CoreDNS', 'node-cache'] },
    ],
  },
];
