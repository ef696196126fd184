import { LESSON_CLUSTER, LESSON_SCENARIO } from '../cluster/lesson-scenario.ts';
import { WHOLE_CACHE } from '../scenario/cache-parts.ts';
import type { Scenario } from '../scenario/scenario.ts';

const NFTABLES: Pick<Scenario, 'node'> = { node: { ...LESSON_CLUSTER, proxyMode: 'nftables' } };

export const scenarios: readonly Scenario[] = [
  {
    ...LESSON_SCENARIO,
    ...NFTABLES,
    name: 'nftables-without-rules',
    question: 'What is a cache to a node with kube-proxy in nftables mode, if it cannot put in its rules?',
    expect: 'kube-proxy’s table translates the query before routing could see that its address is here: the cache is passed by',
    cache: { ...WHOLE_CACHE, notrack: 'none' },
    incident: {
      sources: ['kubernetes/dns#682', 'kubernetes/dns#338'],
      reported: 'node-cache knows iptables only; on nodes with nftables alone, or with the other back end, its rules are not there.',
      shown: 'The addresses are bound and the server runs, and is never asked: nat-prerouting of the table kube-proxy sends the query to CoreDNS, with an entry in conntrack.',
      fix: 'Rules of whichever kind: NOTRACK before conntrack, by iptables or by nft. `dns-cache node` writes those of nft too.',
      fixedBy: ['nftables-mode'],
    },
    expectations: [
      { kind: 'answered-by', who: ['CoreDNS'] },
      { kind: 'counts', of: 'cache-misses', max: 0 },
      { kind: 'counts', of: 'entries-of-clients', min: 1 },
    ],
  },
  {
    ...LESSON_SCENARIO,
    ...NFTABLES,
    name: 'nftables-mode',
    question: 'Do node-cache’s rules work beside kube-proxy in nftables mode?',
    expect: 'yes: what is not tracked never comes to a nat chain, whoever wrote it',
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'answered-by', who: ['node-cache'] },
      { kind: 'counts', of: 'entries-of-clients', max: 0 },
    ],
  },
];
