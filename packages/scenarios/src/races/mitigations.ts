import type { Host } from '@nodelocal/netfilter-sim';
import { LESSON } from '../cluster/lesson.ts';
import { applySetting } from '../cluster/setting.ts';
import type { RaceExperiment } from './experiment.ts';
import { insertBefore, withRules } from './rules.ts';

const { pod, clusterDns } = LESSON;
const query = (port: number): string => `${pod.device}: udp ${pod.address}:${port} > ${clusterDns}:53`;
/** A and AAAA from one socket, as glibc sends them. */
const ONE_SOCKET = [query(40_000), query(40_000)];

const kubeProxyOnly = (lesson: Host): Host => applySetting(lesson, { notrackRules: false, clusterIpBound: false }, clusterDns);
const intercepted = (lesson: Host): Host => lesson;

/** The service chain of kube-dns over UDP, and its first endpoint's. */
const SERVICE = 'KUBE-SVC-TCOU7JCQXEZGVUNU';

/** Only the last endpoint is left: the rule that chance decides is gone. */
const oneBackend = (lesson: Host): Host =>
  withRules(kubeProxyOnly(lesson), (lines) =>
    lines.filter((line) => !(line.startsWith(`-A ${SERVICE} `) && line.includes('--mode random'))),
  );

/** `sessionAffinity: ClientIP`, as kube-proxy writes it: a source goes back to where it went before. */
const withAffinity = (lesson: Host): Host =>
  withRules(kubeProxyOnly(lesson), (lines) => {
    const endpoints = lines.flatMap((line) => (line.startsWith(`-A ${SERVICE} `) ? (/-j (KUBE-SEP-\S+)/.exec(line)?.[1] ?? []) : []));
    const recall = endpoints.map((chain) => `-A ${SERVICE} -m recent --rcheck --seconds 10800 --reap --name ${chain} --rsource -j ${chain}`);
    const remembering = lines.map((line) => {
      const chain = endpoints.find((name) => line.startsWith(`-A ${name} `) && line.includes('-j DNAT'));
      return chain === undefined ? line : line.replace(' -j DNAT', ` -m recent --set --name ${chain} --rsource -j DNAT`);
    });
    return insertBefore(remembering, `-A ${SERVICE} -m comment`, recall);
  });

/** The rules for queries alone: what the lesson's listing shows. */
const notrackQueriesOnly = (lesson: Host): Host =>
  withRules(lesson, (lines) => lines.filter((line) => !(line.startsWith('-A OUTPUT -s ') && line.includes('-j NOTRACK'))));

/** Two pods behind one address, with the same source port, to a server outside. */
const TWO_PODS = [
  `${pod.device}: udp ${pod.address}:40000 > 172.18.0.1:53`,
  `${pod.device}: udp 192.168.82.66:40000 > 172.18.0.1:53`,
];
const masquerading = (options: string) => (lesson: Host): Host =>
  withRules(kubeProxyOnly(lesson), (lines) =>
    insertBefore(lines, '-A KUBE-POSTROUTING', [`-A POSTROUTING -s 192.168.0.0/16 -o eth0 -j MASQUERADE${options}`]),
  );

/** What people do about the race, and what it is worth. In the order in which one would try. */
export const MITIGATIONS: readonly RaceExperiment[] = [
  { name: 'nothing', what: 'glibc sends A and AAAA from one socket; two backends', node: kubeProxyOnly, packets: ONE_SOCKET, sent: 'together' },
  { name: 'single-request', what: 'resolv.conf: AAAA is asked when A is answered', node: kubeProxyOnly, packets: ONE_SOCKET, sent: 'one-after-the-other' },
  { name: 'single-request-reopen', what: 'resolv.conf: a socket for each question', node: kubeProxyOnly, packets: [query(40_000), query(40_001)], sent: 'together' },
  { name: 'use-vc', what: 'resolv.conf: one TCP connection for both', node: kubeProxyOnly, packets: [query(40_000).replace('udp', 'tcp')], sent: 'together' },
  { name: 'single backend', what: 'one CoreDNS pod behind the service', node: oneBackend, packets: ONE_SOCKET, sent: 'together' },
  { name: 'session affinity', what: 'kube-dns with sessionAffinity: ClientIP', node: withAffinity, packets: ONE_SOCKET, sent: 'together' },
  { name: 'NOTRACK both ways', what: 'NodeLocal DNSCache as it is', node: intercepted, packets: ONE_SOCKET, sent: 'together' },
  { name: 'NOTRACK one way', what: 'without the rules for the answers', node: notrackQueriesOnly, packets: ONE_SOCKET, sent: 'together' },
  { name: 'masquerade', what: 'two pods behind one address, with one source port', node: masquerading(''), packets: TWO_PODS, sent: 'together' },
  { name: 'masquerade --random-fully', what: 'the same, with random ports', node: masquerading(' --random-fully'), packets: TWO_PODS, sent: 'together' },
];
