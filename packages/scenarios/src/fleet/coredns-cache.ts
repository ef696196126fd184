import { COREDNS_TTL_SECONDS } from '../cluster/coredns.ts';
import type { FleetNames } from './names.ts';
import type { FleetPlan } from './plan.ts';

/** `cache 30` of the Corefile that kubeadm installs: nothing is kept for longer. */
export const CACHE_SECONDS = COREDNS_TTL_SECONDS;

/** How likely CoreDNS has what it is asked. */
export interface CorednsCache {
  /** @param lostForMs how long it could not ask the resolver outside */
  has(outsideName: string, lostForMs: number): boolean;
}

/** The part of a Poisson process's events that find an entry which the first one put there for `ttlSeconds`: what was missed comes once in `T + 1/λ`. */
export const hitShare = (perSecond: number, ttlSeconds: number): number => (perSecond * ttlSeconds) / (1 + perSecond * ttlSeconds);

/**
 * CoreDNS's pods are asked by all nodes, and each node is run by itself. So what they have is told by chance: as likely as where all nodes
 * ask them for outside names, each pod its part. The age of what is there is anything up to the TTL, so that it fades as evenly.
 */
export const createCorednsCache = (plan: FleetPlan, names: FleetNames, point: () => number): CorednsCache => {
  const perSecond = (plan.nodes * plan.podsPerNode * plan.lookupsPerSecond * plan.outsideShare) / plan.corednsPods;
  const ttlSeconds = Math.min(plan.outsideTtlSeconds, CACHE_SECONDS);
  return {
    has(name, lostForMs) {
      const share = hitShare(perSecond * (names.outsideShares.get(name) ?? 0), ttlSeconds);
      return point() < share * Math.max(0, 1 - lostForMs / 1000 / ttlSeconds);
    },
  };
};
