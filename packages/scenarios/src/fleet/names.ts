import type { ClusterNames } from '../cluster/coredns.ts';
import type { OutsideNames } from '../cluster/outside.ts';
import type { Draw } from '../resolver/machine.ts';
import { uniform } from './chance.ts';
import type { FleetPlan, Writing } from './plan.ts';
import type { Zipf } from './zipf.ts';
import { zipf } from './zipf.ts';

export const CLUSTER_DOMAIN = 'cluster.local';

/** What there is to look up. */
export interface FleetNames {
  readonly cluster: ClusterNames;
  readonly outside: OutsideNames;
  /** How often an outside name is asked for among these, by the name as it is asked for. */
  readonly outsideShares: ReadonlyMap<string, number>;
  /** The name that a pod of this namespace looks up next, as it writes it. */
  next(namespace: number, draw: Draw): string;
}

export const namespaceName = (namespace: number): string => `team-${namespace}`;

const OCTET = 256;

/** Services are spread over the namespaces in turn; addresses are counted through 10.96.0.0/12 and 192.0.2.0/24 and behind. */
export const fleetNames = (plan: FleetPlan): FleetNames => {
  const { services, namespaces, writing } = plan;
  const serviceRanks = zipf(services, plan.zipf);
  const outsideRanks: Zipf | undefined = plan.outsideNames === 0 ? undefined : zipf(plan.outsideNames, plan.zipf);
  const full = (service: number): string => `service-${service}.${namespaceName(service % namespaces)}.svc.${CLUSTER_DOMAIN}.`;
  const outsideName = (rank: number): string => `www.site-${rank}.example`;
  const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

  return {
    cluster: {
      domain: `${CLUSTER_DOMAIN}.`,
      services: Object.fromEntries(numbers(services).map((service) => [full(service), [serviceAddress(service)]])),
      ttlSeconds: plan.clusterTtlSeconds,
    },
    outside: Object.fromEntries(
      numbers(plan.outsideNames).map((rank) => [`${outsideName(rank)}.`, [`192.0.2.${1 + (rank % (OCTET - 2))}`, `2001:db8::${(rank + 1).toString(16)}`]]),
    ),
    outsideShares: new Map(numbers(plan.outsideNames).map((rank) => [`${outsideName(rank)}.`, outsideRanks?.shareOf(rank) ?? 0])),
    next(namespace, draw) {
      const isOutside = uniform(draw) < plan.outsideShare;
      const point = uniform(draw);
      if (isOutside && outsideRanks !== undefined) return outsideName(outsideRanks.rankAt(point));
      const rank = serviceRanks.rankAt(point);
      return written(writing, writing === 'service' ? ownService(rank, namespace, plan) : rank, full);
    },
  };
};

/** The Service of the pod's own namespace that comes next in rank, or the last one. */
const ownService = (rank: number, namespace: number, { services, namespaces }: FleetPlan): number => {
  const last = services - 1 - ((services - 1 - namespace) % namespaces);
  return Math.min(rank - (rank % namespaces) + namespace, last);
};

const written = (writing: Writing, service: number, full: (service: number) => string): string => {
  const labels = full(service).split('.');
  switch (writing) {
    case 'service':
      return labels.slice(0, 1).join('.');
    case 'namespaced':
      return labels.slice(0, 2).join('.');
    case 'full':
      return labels.slice(0, -1).join('.');
    case 'absolute':
      return labels.join('.');
  }
};

const serviceAddress = (service: number): string => {
  const number = service + OCTET;
  return `10.${96 + (number >> 16)}.${(number >> 8) % OCTET}.${number % OCTET}`;
};
