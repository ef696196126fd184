import type { DnsServer } from '../scenario/server.ts';
import { LESSON } from './lesson.ts';
import { LESSON_COREDNS } from './lesson-scenario.ts';

export const HEADLESS = 'pods.default.svc.cluster.local.';

/** CoreDNS with a headless Service of so many pods. */
export const corednsWithPods = (count: number): DnsServer => ({
  ...LESSON_COREDNS,
  knows: {
    kind: 'cluster',
    ...LESSON.names,
    services: { ...LESSON.names.services, [HEADLESS]: Array.from({ length: count }, (_, at) => `192.168.200.${at + 1}`) },
  },
});
