import { podResolvConf } from '../cluster/kubelet.ts';
import { LESSON_CLUSTER, LESSON_POD, LESSON_SCENARIO, look } from '../cluster/lesson-scenario.ts';
import { LESSON } from '../cluster/lesson.ts';
import { WHOLE_CACHE } from '../scenario/cache-parts.ts';
import type { Scenario } from '../scenario/scenario.ts';

const IPVS: Pick<Scenario, 'node' | 'lookups'> = { node: { ...LESSON_CLUSTER, proxyMode: 'ipvs' }, lookups: [look('kubernetes.default.svc.cluster.local.')] };

/** In IPVS mode the cache asks kube-dns itself, and is in nobody's way. */
const COREFILE = `cluster.local:53 {
    errors
    cache 30
    bind ${LESSON.localDns}
    forward . ${LESSON.clusterDns} {
        force_tcp
    }
}
`;

export const scenarios: readonly Scenario[] = [
  {
    ...LESSON_SCENARIO,
    ...IPVS,
    name: 'ipvs-cluster-ip-bound',
    question: 'Who gets a query to the cluster IP in IPVS mode, where node-cache has bound that address too?',
    expect: 'the model does not know the way through IPVS, and says so instead of guessing',
    cache: { ...WHOLE_CACHE, notrack: 'none' },
    incident: {
      sources: ['kubernetes.io: Using NodeLocal DNSCache'],
      reported: 'In IPVS mode node-cache was installed as for iptables mode, with the cluster IP; it is not asked, or pods are answered by nobody.',
      shown: 'kube-ipvs0 has the address already, and IPVS takes what is tracked at LOCAL_IN. The walk through IPVS is not modelled yet: the recording says so.',
      fix: 'The local address alone, and a kubelet that gives it to pods (--cluster-dns).',
      fixedBy: [],
    },
    expectations: [
      { kind: 'says-not-modelled', what: 'IPVS' },
      { kind: 'counts', of: 'lookups-not-known', min: 1, max: 1 },
    ],
  },
  {
    ...LESSON_SCENARIO,
    ...IPVS,
    name: 'ipvs-local-address',
    question: 'And a query to the local address, as it should be set up in IPVS mode?',
    expect: 'it reaches the cache as in iptables mode; what the cache asks of the cluster IP goes through IPVS, which the model does not know',
    cache: { ...WHOLE_CACHE, clusterIp: false, corefile: COREFILE },
    clients: [{ ...LESSON_POD, resolvConf: podResolvConf('default', { servers: [LESSON.localDns], domain: 'cluster.local' }) }],
    expectations: [
      { kind: 'counts', of: 'cache-misses', min: 1 },
      { kind: 'counts', of: 'lookups-not-known', min: 1, max: 1 },
      { kind: 'says-not-modelled', what: 'IPVS' },
    ],
  },
];
