import { address } from '@nodelocal/netfilter-sim';
import { podResolvConf } from '../cluster/kubelet.ts';
import type { Draw, Sent } from '../resolver/machine.ts';
import type { Clock } from '../run/clock.ts';
import type { RunningLookup, Stub } from '../run/running-lookup.ts';
import { createStub } from '../run/running-lookup.ts';
import { waitMs } from './chance.ts';
import type { Counter } from './counter.ts';
import type { FleetNames } from './names.ts';
import { CLUSTER_DOMAIN, namespaceName } from './names.ts';
import { NotModelledError } from './not-modelled.ts';
import type { FleetPlan } from './plan.ts';

/** A query as it leaves a pod. */
export interface PodQuery {
  /** Of the node's pods, from 0. */
  readonly pod: number;
  readonly port: number;
  readonly message: Uint8Array;
}

/** What a pod's socket hears. */
export type Hearing = { readonly kind: 'answer'; readonly message: Uint8Array } | { readonly kind: 'refused' };

export interface PodsOptions {
  readonly plan: FleetPlan;
  readonly node: number;
  readonly names: FleetNames;
  readonly clock: Clock;
  /** Who looks what up, and when. */
  readonly lookups: Draw;
  /** What resolvers draw. */
  readonly resolvers: Draw;
  readonly counter: Counter;
  readonly send: (query: PodQuery, heard: (hearing: Hearing) => void) => void;
}

/** `--cluster-dns` of the kubelets: with the cache and without, pods ask the same address. */
const CLUSTER_DNS = address('10.96.0.10');

/** A lookup that took so long is late: somebody waited for a resolver's patience to end. */
const LATE_MS = 1000;

/** The pods of a node look names up until the end. */
export const startPods = (options: PodsOptions): void => {
  const { plan, node, names, clock, lookups } = options;
  const stubs = Array.from({ length: plan.namespaces }, (_, namespace) =>
    createStub(plan.resolver, podResolvConf(namespaceName(namespace), { servers: [CLUSTER_DNS], domain: CLUSTER_DOMAIN })),
  );
  const next = (): void => {
    const moment = clock.nowMs + waitMs(lookups, plan.podsPerNode * plan.lookupsPerSecond);
    if (moment >= plan.durationMs) return;
    clock.at(moment, () => {
      const pod = lookups(plan.podsPerNode);
      const namespace = (node * plan.podsPerNode + pod) % plan.namespaces;
      const stub = stubs[namespace];
      const name = names.next(namespace, lookups);
      if (stub !== undefined) look(options, { stub, pod, name });
      next();
    });
  };
  next();
};

interface Wanted {
  readonly stub: Stub;
  readonly pod: number;
  readonly name: string;
}

const look = ({ clock, resolvers, counter, send }: PodsOptions, { stub, pod, name }: Wanted): void => {
  const startedMs = clock.nowMs;
  counter.count('lookups');

  const transmit = (sent: Sent): void => {
    if (sent.kind === 'tcp-query') throw new NotModelledError('a pod that asks by TCP: no answer here is truncated');
    const { port, to, message } = sent;
    counter.count('queries');
    send({ pod, port, message }, (hearing) =>
      running.tell(hearing.kind === 'refused' ? { kind: 'refused', port } : { kind: 'datagram', port, from: to, message: hearing.message }),
    );
  };
  const running: RunningLookup = stub.start(name, 'any-family', {
    clock,
    draw: resolvers,
    send: (all) => all.forEach(transmit),
    done({ kind }) {
      const tookMs = clock.nowMs - startedMs;
      counter.count(kind === 'not-found' ? 'notFound' : kind);
      if (tookMs >= LATE_MS) counter.count('late');
      counter.took(startedMs, tookMs);
    },
  });
};
