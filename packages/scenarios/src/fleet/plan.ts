import type { ResolverName } from '../scenario/client.ts';

/** How pods write the name of a Service. */
export const WRITINGS = ['service', 'namespaced', 'full', 'absolute'] as const;

/**
 * `service`: `name`, of the pod's own namespace; `namespaced`: `name.namespace`; `full`: `name.namespace.svc.cluster.local`;
 * `absolute`: the same with its final dot.
 */
export type Writing = (typeof WRITINGS)[number];

/**
 * How an agent is restarted. `taken-over`: the next one has its sockets before it goes, as `dns-cache node` does it; `torn-down`: it takes
 * link and rules away, and kube-proxy's Service answers until the next one is there; `killed`: link and rules stay, and nobody listens.
 */
export const RESTARTS = ['taken-over', 'torn-down', 'killed'] as const;
/** How an agent is replaced: see `--rollout` in the README. */
export type Restart = (typeof RESTARTS)[number];

/** What is lost: one pod of CoreDNS, or the resolver outside. It says nothing any more. */
export const OUTAGES = ['coredns-pod', 'outside'] as const;
/** What fails: see `--outage` in the README. */
export type Outage = (typeof OUTAGES)[number];

/** What happens to a fleet while it is watched. */
export type FleetEvent =
  | { readonly kind: 'none' }
  /** One node after the other, from `startMs` on. */
  | {
      readonly kind: 'rollout';
      readonly restart: Restart;
      readonly startMs: number;
      readonly everyMs: number;
      /** From the end of an agent to the next one. */
      readonly gapMs: number;
      readonly keepsCaches: boolean;
    }
  | {
      readonly kind: 'outage';
      readonly what: Outage;
      readonly startMs: number;
      readonly lastsMs: number;
      /** Until kube-proxy leads nothing to the lost pod any more. */
      readonly noticedMs: number;
    };

/** A cluster, what its pods ask, and what happens to it. Plain data: with it a run is the same again. */
export interface FleetPlan {
  /** A whole number: what chance decides follows from it. */
  readonly seed: number;
  /** From 1. */
  readonly nodes: number;
  /** From 1. */
  readonly podsPerNode: number;
  /** Of each pod, from 0.0001, at times that know nothing of each other (a Poisson process). */
  readonly lookupsPerSecond: number;
  readonly resolver: ResolverName;
  /** From 1: those that are looked up. */
  readonly services: number;
  /** From 1: pods and Services are spread over them. */
  readonly namespaces: number;
  /** From 0: those that are looked up. */
  readonly outsideNames: number;
  /** The part of lookups that is for names outside the cluster, from 0 to 1. */
  readonly outsideShare: number;
  /** The name of rank `n` is asked for as `1 / n^zipf`; 0: all alike. */
  readonly zipf: number;
  readonly writing: Writing;
  readonly clusterTtlSeconds: number;
  readonly outsideTtlSeconds: number;
  /** From 1: those behind kube-dns. */
  readonly corednsPods: number;
  /** Of the agent on each node. */
  readonly corefile: string;
  /** The node's resolv.conf, which the Corefile may name. */
  readonly nodeResolvConf: string;
  /** Caches are empty at first; so much is not counted. */
  readonly warmUpMs: number;
  /** With the time to warm up. */
  readonly durationMs: number;
  readonly event: FleetEvent;
}

/** Everything that a plan needs but for the texts of a node. */
export const FLEET_DEFAULTS = {
  seed: 1,
  nodes: 100,
  podsPerNode: 30,
  lookupsPerSecond: 0.1,
  resolver: 'glibc',
  services: 200,
  namespaces: 20,
  outsideNames: 200,
  outsideShare: 0.2,
  zipf: 1,
  writing: 'namespaced',
  clusterTtlSeconds: 30,
  outsideTtlSeconds: 300,
  corednsPods: 2,
  warmUpMs: 60_000,
  durationMs: 180_000,
  event: { kind: 'none' },
} as const satisfies Omit<FleetPlan, 'corefile' | 'nodeResolvConf'>;
