import { WITHOUT_CACHE } from '../cluster/lesson-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';

export const scenarios: readonly Scenario[] = [
  {
    ...WITHOUT_CACHE,
    name: 'kube-proxy-only',
    question: 'What happens on a node without NodeLocal DNSCache?',
    expect: "kube-proxy's rules send each query to a CoreDNS pod, and every flow leaves an entry in the conntrack table",
    expectations: [
      { kind: 'resolves' },
      { kind: 'answered-by', who: ['CoreDNS'] },
      { kind: 'counts', of: 'entries-of-clients', min: 4, max: 4 },
    ],
  },
];
