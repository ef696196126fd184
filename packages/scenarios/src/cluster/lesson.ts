import { address } from '@nodelocal/netfilter-sim';
import type { ClusterNames } from './coredns.ts';
import { podResolvConf } from './kubelet.ts';

/** Who is who in the cluster of the lesson, around the node in `nodes/lesson`. */
export const LESSON = {
  node: 'lesson',
  pod: { name: 'dns-test', address: address('192.168.82.65'), device: 'cali5f3c9a1e0d2' },
  /** The pods behind kube-dns and kube-dns-upstream, on other nodes. */
  coredns: [address('192.168.195.131'), address('192.168.196.4')],
  uplink: 'eth0',
  clusterDns: address('10.96.0.10'),
  localDns: address('169.254.20.10'),
  /** kube-dns-upstream, which the cache asks. */
  upstreamDns: address('10.96.248.93'),
  /** The device that the cache has its addresses on. */
  cacheDevice: 'nodelocaldns',
  /** The pod's resolv.conf, as the kubelet writes it. */
  resolvConf: podResolvConf('default', { servers: [address('10.96.0.10')], domain: 'cluster.local' }),
  names: {
    domain: 'cluster.local.',
    services: {
      'kubernetes.default.svc.cluster.local.': ['10.96.0.1'],
      'kube-dns.kube-system.svc.cluster.local.': ['10.96.0.10'],
    },
  } satisfies ClusterNames,
} as const;
