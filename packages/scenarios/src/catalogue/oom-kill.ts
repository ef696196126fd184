import { LESSON_SCENARIO, look } from '../cluster/lesson-scenario.ts';
import type { ScenarioEvent } from '../scenario/event.ts';
import type { Scenario } from '../scenario/scenario.ts';

const LOOKUPS = [0, 2000, 6000].map((atMs) => look('kubernetes.default.svc.cluster.local.', { start: { kind: 'at', atMs } }));

const CLEANED: readonly ScenarioEvent[] = [
  { atMs: 1500, what: { kind: 'cache-rules', are: 'none' } },
  { atMs: 1500, what: { kind: 'address-removed', which: 'cluster-ip' } },
  { atMs: 1500, what: { kind: 'address-removed', which: 'local' } },
];

export const scenarios: readonly Scenario[] = [
  {
    ...LESSON_SCENARIO,
    name: 'oom-kill',
    question: 'What does an OOM kill of node-cache leave behind?',
    expect: 'its rules and addresses: every query is delivered to a port where nobody listens, until it is started again',
    lookups: LOOKUPS,
    events: [
      { atMs: 1000, what: { kind: 'agent-killed' } },
      { atMs: 5000, what: { kind: 'agent-started', rulesAfterMs: 0 } },
    ],
    incident: {
      sources: ['kubernetes/dns#438', 'kubernetes/dns#485'],
      reported: 'A spike of traffic or a limit set too low lets the kernel kill node-cache, and DNS of the whole node is dead until it is back.',
      shown: 'Nothing is cleaned up: the query is not tracked, so nat is not asked; its address is the node’s, where nobody listens, and the node answers "port unreachable".',
      fix: 'Rules and addresses that go with the server, whoever takes them away: kube-proxy then answers.',
      fixedBy: ['oom-kill-cleaned-up'],
    },
    expectations: [
      { kind: 'resolves', lookup: 1 },
      { kind: 'fails', lookup: 2, why: 'refused' },
      { kind: 'resolves', lookup: 3 },
      { kind: 'answered-by', who: ['node-cache'] },
    ],
  },
  {
    ...LESSON_SCENARIO,
    name: 'oom-kill-cleaned-up',
    question: 'What is a killed node-cache to a node whose rules and addresses are taken away at once?',
    expect: 'kube-proxy sends queries to CoreDNS until the cache is back',
    lookups: LOOKUPS,
    events: [{ atMs: 1000, what: { kind: 'agent-killed' } }, ...CLEANED, { atMs: 5000, what: { kind: 'agent-started', rulesAfterMs: 0 } }],
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'answered-by', who: ['CoreDNS', 'node-cache'] },
    ],
  },
];
