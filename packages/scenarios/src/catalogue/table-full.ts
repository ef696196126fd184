import { LESSON_POD, look, WITHOUT_CACHE } from '../cluster/lesson-scenario.ts';
import { WHOLE_CACHE } from '../scenario/cache-parts.ts';
import type { Scenario } from '../scenario/scenario.ts';

const NAME = 'kubernetes.default.svc.cluster.local.';

/** A pod that opens a connection for each lookup, as a crawler does to whatever it visits, and one that only wants a name. */
const FULL: Pick<Scenario, 'sysctls' | 'clients' | 'lookups'> = {
  sysctls: { 'net.netfilter.nf_conntrack_max': '48' },
  clients: [
    LESSON_POD,
    { name: 'crawler', at: { kind: 'pod', address: '192.168.82.66', device: 'cali0c2a9f7b1d3' }, resolver: 'glibc', resolvConf: 'nameserver 192.168.195.131\noptions use-vc\n' },
  ],
  lookups: [look(NAME, { client: 'crawler', start: { kind: 'at', atMs: 0 }, repeat: { times: 60, everyMs: 20 } }), look(NAME, { start: { kind: 'at', atMs: 3000 } })],
};

export const scenarios: readonly Scenario[] = [
  {
    ...WITHOUT_CACHE,
    ...FULL,
    name: 'table-full',
    question: 'What is a full conntrack table to DNS?',
    expect: 'connections that have ended stay in the table for two minutes and cannot be evicted: every new query is dropped',
    incident: {
      sources: ['kubernetes/kubernetes#71261', 'zalando-incubator/kubernetes-on-aws#1244'],
      reported: 'The kernel says "nf_conntrack: table full, dropping packet", and names do not resolve on that node.',
      shown: 'A pod with many short TCP connections fills the table with entries in TIME_WAIT, which are assured; the other pod’s queries are dropped before they leave the node. The table is made small, so that few connections fill it.',
      fix: 'NodeLocal DNSCache: queries need no entry. Or a larger table, and shorter timeouts.',
      fixedBy: ['table-full-intercepted'],
    },
    expectations: [
      { kind: 'fails', lookup: 61, why: 'timed-out' },
      { kind: 'loses', why: 'conntrack-table-full' },
      { kind: 'counts', of: 'entries-most', min: 48, max: 48 },
    ],
  },
  {
    ...WITHOUT_CACHE,
    ...FULL,
    cache: WHOLE_CACHE,
    lookups: [look(NAME, { start: { kind: 'at', atMs: 0 } }), ...FULL.lookups.map((lookup) => (lookup.client === 'crawler' ? { ...lookup, start: { kind: 'at' as const, atMs: 500 } } : lookup))],
    name: 'table-full-intercepted',
    question: 'What is a full conntrack table to NodeLocal DNSCache?',
    expect: 'the query needs no entry and is answered from memory, while the table is as full as before',
    expectations: [
      { kind: 'resolves', lookup: 62, withinMs: 10 },
      { kind: 'loses', why: 'conntrack-table-full' },
      { kind: 'counts', of: 'entries-most', min: 48, max: 48 },
    ],
  },
];
