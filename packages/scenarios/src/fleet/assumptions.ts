import { CONNTRACK_DEFAULTS } from '@nodelocal/netfilter-sim';
import { DELAY_MS } from './delays.ts';
import { hitShare, CACHE_SECONDS } from './coredns-cache.ts';
import type { FleetEvent, FleetPlan, Restart, Writing } from './plan.ts';

const WRITTEN: Readonly<Record<Writing, string>> = {
  service: 'a Service of its own namespace by its bare name',
  namespaced: 'a Service as name.namespace',
  full: 'a Service as name.namespace.svc.cluster.local',
  absolute: 'a Service as name.namespace.svc.cluster.local. with its final dot',
};

const RESTARTED: Readonly<Record<Restart, (gap: string) => string>> = {
  'taken-over': () => 'the next one has its sockets before it goes',
  'torn-down': (gap) => `it takes link and rules away, the next one brings them back ${gap} later; until then kube-proxy leads pods to CoreDNS`,
  killed: (gap) => `link and rules stay, and for ${gap} nobody listens: pods hear that at once (ICMP), and what it had in its hands is lost`,
};

/** Everything that the figures rest on, a sentence each. */
export const assumptionsOf = (plan: FleetPlan): readonly string[] => [
  `${plan.nodes} nodes with ${plan.podsPerNode} pods each; a pod looks up ${plan.lookupsPerSecond} names a second, at times that know nothing of each other`,
  `${percent(1 - plan.outsideShare)} of lookups are for one of ${plan.services} Services in ${plan.namespaces} namespaces, ${percent(plan.outsideShare)} for one of ${plan.outsideNames} names outside; the n-th of them 1/n^${plan.zipf} as often as the first`,
  `a pod writes ${WRITTEN[plan.writing]}, and names outside with two dots and no final one; its resolver is ${plan.resolver}'s, its resolv.conf the kubelet's (three search domains, ndots:5)`,
  `Services have A alone, with a TTL of ${plan.clusterTtlSeconds} s, which is the SOA's minimum too; names outside have A and AAAA, with ${plan.outsideTtlSeconds} s`,
  `of the agent's upstreams, those to which the Corefile forwards cluster.local are CoreDNS, all others a resolver outside`,
  `${plan.corednsPods} pods of CoreDNS, which kube-proxy chooses by chance for each flow; they answer however many ask, and have an outside name as likely in their cache as where all nodes ask them for it without a cache (the first name ${percent(firstCached(plan))}), for ${CACHE_SECONDS} s at most`,
  `${ms(DELAY_MS.podLink)} from a pod to its node, ${ms(DELAY_MS.agent)} for the agent to look a query up, ${ms(DELAY_MS.nodeToNode)} from node to server, ${ms(DELAY_MS.coreDns)} in CoreDNS, ${ms(DELAY_MS.outside)} in a resolver outside; no packet is lost but where an event loses it`,
  `conntrack: ${seconds(CONNTRACK_DEFAULTS.udpTimeout)} for UDP, ${seconds(CONNTRACK_DEFAULTS.udpTimeoutStream)} once a flow is answered and older than 2 s, ${seconds(CONNTRACK_DEFAULTS.tcpTimeouts.TIME_WAIT)} behind the end of a TCP connection; pods' queries to the agent are not tracked`,
  `dns-cache's engine with this Corefile; its pools of sockets as they are in dns-cache (32 of UDP, each for 4 s or 16 questions; TCP shared, up to 8 connections)`,
  ...eventAssumptions(plan.event),
  `the first ${seconds(plan.warmUpMs)} are not counted: caches are empty at first`,
];

const eventAssumptions = (event: FleetEvent): readonly string[] => {
  switch (event.kind) {
    case 'none':
      return [];
    case 'rollout':
      return [
        `from second ${event.startMs / 1000} on the agent of one node after the other is restarted, every ${seconds(event.everyMs)}: ${RESTARTED[event.restart](seconds(event.gapMs))}; caches are ${event.keepsCaches ? 'kept' : 'lost'}`,
      ];
    case 'outage':
      return [
        event.what === 'outside'
          ? `from second ${event.startMs / 1000} on the resolver outside says nothing for ${seconds(event.lastsMs)}; CoreDNS neither, to what it has not in its cache`
          : `from second ${event.startMs / 1000} on one pod of CoreDNS says nothing for ${seconds(event.lastsMs)}; ${seconds(event.noticedMs)} later kube-proxy leads nothing to it any more, and has deleted its entries of UDP`,
      ];
  }
};

const firstCached = ({ nodes, podsPerNode, lookupsPerSecond, outsideShare, corednsPods, outsideNames, zipf, outsideTtlSeconds }: FleetPlan): number => {
  const weights = Array.from({ length: outsideNames }, (_, rank) => (rank + 1) ** -zipf);
  const first = outsideNames === 0 ? 0 : 1 / weights.reduce((sum, weight) => sum + weight, 0);
  return hitShare((nodes * podsPerNode * lookupsPerSecond * outsideShare * first) / corednsPods, Math.min(outsideTtlSeconds, CACHE_SECONDS));
};

export const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

const ms = (value: number): string => `${value} ms`;

const seconds = (valueMs: number): string => `${valueMs / 1000} s`;
