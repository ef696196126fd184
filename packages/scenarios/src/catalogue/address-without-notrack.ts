import { LESSON_LOOKUPS } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const scenario: Scenario = {
  name: 'address-without-notrack',
  question: 'Is it enough to bind the cluster IP on the node?',
  expect: 'no: nat PREROUTING sends the query to a CoreDNS pod before routing can see that its address is local',
  setting: { notrackRules: false, clusterIpBound: true },
  lookups: LESSON_LOOKUPS,
};
