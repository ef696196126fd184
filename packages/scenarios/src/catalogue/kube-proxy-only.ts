import { LESSON_LOOKUPS } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const scenario: Scenario = {
  name: 'kube-proxy-only',
  question: 'What happens on a node without NodeLocal DNSCache?',
  expect: "kube-proxy's rules send each query to a CoreDNS pod, and every flow leaves an entry in the conntrack table",
  setting: { notrackRules: false, clusterIpBound: false },
  lookups: LESSON_LOOKUPS,
};
