import { LESSON_LOOKUPS } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const scenario: Scenario = {
  name: 'intercepted',
  question: "Where does a pod's query go on a node with NodeLocal DNSCache?",
  expect: 'raw PREROUTING takes it out of tracking, nat is skipped, the cache on the node answers; the second lookup never leaves the node',
  setting: { notrackRules: true, clusterIpBound: true },
  lookups: LESSON_LOOKUPS,
};
