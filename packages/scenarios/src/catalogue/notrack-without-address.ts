import { LESSON_LOOKUPS } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const scenario: Scenario = {
  name: 'notrack-without-address',
  question: 'What if the rules stay and the address is gone?',
  expect: 'nothing translates the cluster IP any more, it leaves by the default route, and the lookup times out',
  setting: { notrackRules: true, clusterIpBound: false },
  lookups: LESSON_LOOKUPS,
};
