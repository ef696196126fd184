import { corednsWithPods, HEADLESS } from '../cluster/headless.ts';
import { LESSON_GATEWAY, LESSON_POD, LESSON_SCENARIO, look, WITHOUT_CACHE } from '../cluster/lesson-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** An answer of some 1100 octets, and a resolver that says it can take 1200. */
const LARGE: Pick<Scenario, 'servers' | 'lookups' | 'clients'> = {
  servers: [corednsWithPods(64), LESSON_GATEWAY],
  lookups: [look(HEADLESS)],
  clients: [{ ...LESSON_POD, resolvConf: `${LESSON_POD.resolvConf}options edns0\n` }],
};

const narrow: Scenario['links'] = { ...LESSON_SCENARIO.links, uplink: { ...LESSON_SCENARIO.links.uplink, largestBytes: 1000 } };

export const scenarios: readonly Scenario[] = [
  {
    ...WITHOUT_CACHE,
    ...LARGE,
    links: narrow,
    name: 'mtu',
    question: 'Why do only names with many addresses time out between some nodes?',
    expect: 'their answers are larger than what a tunnel between the nodes carries, and are lost without a word; smaller ones pass',
    incident: {
      sources: ['coredns/coredns#5362', 'openshift/cluster-dns-operator#266'],
      reported: 'A name with seventy addresses resolves; with eighty the lookup times out, and CoreDNS logs nothing.',
      shown: 'The query passes, its answer of 1100 octets does not, and nobody says so; the resolver asks again and again. Fragments and path MTU discovery are not modelled: the link loses what is too large, as one does that drops fragments or ICMP.',
      fix: 'An MTU that fits the tunnel, or a smaller EDNS size (bufsize), so that the answer is truncated and asked for by TCP.',
      fixedBy: ['mtu-mended', 'mtu-without-edns'],
    },
    expectations: [
      { kind: 'counts', of: 'lookups-resolved', max: 0 },
      { kind: 'loses', why: 'too-large' },
      { kind: 'counts', of: 'five-second-waits', min: 2 },
    ],
  },
  {
    ...WITHOUT_CACHE,
    ...LARGE,
    name: 'mtu-mended',
    question: 'And over links that carry 1500 octets?',
    expect: 'one answer, by UDP, as large as the resolver said it can take',
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'counts', of: 'truncated-answers', max: 0 },
    ],
  },
  {
    ...WITHOUT_CACHE,
    ...LARGE,
    clients: [LESSON_POD],
    servers: [corednsWithPods(48), LESSON_GATEWAY],
    links: narrow,
    name: 'mtu-without-edns',
    question: 'Does it help to offer no EDNS?',
    expect: 'the answer is truncated to what always passes, and the rest comes by TCP, whose segment is small enough here',
    expectations: [
      { kind: 'resolves', withinMs: 10 },
      { kind: 'counts', of: 'tcp-questions-of-clients', min: 1 },
      { kind: 'counts', of: 'packets-lost', max: 0 },
    ],
  },
];
