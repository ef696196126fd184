import { LESSON_POD, LESSON_SCENARIO } from '../cluster/lesson-scenario.ts';
import { LESSON } from '../cluster/lesson.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** The pod was made anew with its old address, and the node's route still leads to the old link. */
const STALE: Pick<Scenario, 'clients'> = { clients: [{ ...LESSON_POD, at: { kind: 'pod', address: LESSON.pod.address, device: 'cali9e41b07d5aa' } }] };

const filter = (value: string): Scenario['sysctls'] => ({ 'net.ipv4.conf.all.rp_filter': value });

export const scenarios: readonly Scenario[] = [
  {
    ...LESSON_SCENARIO,
    ...STALE,
    name: 'reverse-path',
    question: 'Is rp_filter=2 harmless, as it is loose?',
    expect: 'not on a link without an address of its own, as pods have them: there it is strict, and drops what the route does not lead back to',
    sysctls: filter('2'),
    incident: {
      sources: ['kubernetes/kubernetes#21613', 'coreos/fedora-coreos-tracker#219'],
      reported: 'Packets of some pods vanish between raw and nat PREROUTING; setting rp_filter to 0 seemed to help.',
      shown: 'The route to the pod’s address leads to another link than its packets come from. A link without an address is checked strictly whatever the sysctl says, so the query is dropped before INPUT.',
      fix: 'The route. Without rp_filter the query passes, and its answer takes the stale route.',
      fixedBy: ['reverse-path-mended'],
    },
    expectations: [
      { kind: 'fails', why: 'timed-out' },
      { kind: 'loses', why: 'reverse-path' },
      { kind: 'counts', of: 'cache-misses', max: 0 },
    ],
  },
  {
    ...LESSON_SCENARIO,
    ...STALE,
    name: 'reverse-path-off',
    question: 'Does it help to turn rp_filter off?',
    expect: 'the query is answered, and the answer leaves by the old link: it is lost there',
    sysctls: filter('0'),
    expectations: [
      { kind: 'fails', why: 'timed-out' },
      { kind: 'counts', of: 'cache-misses', min: 1 },
      { kind: 'loses', why: 'nobody-there' },
    ],
  },
  {
    ...LESSON_SCENARIO,
    name: 'reverse-path-mended',
    question: 'And with a route that leads back to the pod?',
    expect: 'rp_filter=2 drops nothing',
    sysctls: filter('2'),
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'counts', of: 'packets-lost', max: 0 },
    ],
  },
];
