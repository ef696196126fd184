import { familyOf } from '@nodelocal/netfilter-sim';
import type { Family } from '@nodelocal/netfilter-sim';
import type { Exchange } from '../preflight/way/exchange.ts';
import { isDoneOtherwise } from './scene/done-otherwise.ts';
import type { Scene } from './scene/scene.ts';

/** What nobody told, so that a question about the node stays open. */
export type Unknown =
  /** Whether the link and its addresses are there, and so where anything goes. */
  | { readonly kind: 'links' }
  /** Whether somebody listens. */
  | { readonly kind: 'sockets' }
  /** Whether entries of earlier are left. */
  | { readonly kind: 'entries' }
  /** Whether rp_filter, or that the node does not forward, is in the way. */
  | { readonly kind: 'sysctls' }
  /** Whether node-cache's rules are there. */
  | { readonly kind: 'rules'; readonly family: Family }
  /** Whether answers find back to pods. */
  | { readonly kind: 'routes'; readonly family: Family }
  /** Whether any comes before the local table. */
  | { readonly kind: 'routing-rules'; readonly family: Family }
  /** Where a pod's query goes. */
  | { readonly kind: 'pod'; readonly family: Family }
  /** Whom the cache asks: nobody named it. */
  | { readonly kind: 'upstream' }
  /** What becomes of one question: the model lacks what decides. */
  | { readonly kind: 'exchange'; readonly exchange: Exchange };

export const unknownOf = (scene: Scene): readonly Unknown[] => {
  const { plan, told, rules, addresses, pods, asked } = scene;
  const families = [...new Set(addresses.map(familyOf))];
  return [
    ...(told.links ? [] : [{ kind: 'links' as const }]),
    ...rules.filter((one) => one.chains === undefined && !isDoneOtherwise(scene, one)).map(({ family }) => ({ kind: 'rules' as const, family })),
    ...families.flatMap((family): readonly Unknown[] => {
      const { routes, routingRules } = told.families[family];
      return [
        ...(routes ? [] : [{ kind: 'routes' as const, family }]),
        ...(routingRules ? [] : [{ kind: 'routing-rules' as const, family }]),
        ...(told.links && routes && pods[family] === undefined ? [{ kind: 'pod' as const, family }] : []),
      ];
    }),
    ...(told.sysctls ? [] : [{ kind: 'sysctls' as const }]),
    ...(told.sockets ? [] : [{ kind: 'sockets' as const }]),
    ...(told.entries ? [] : [{ kind: 'entries' as const }]),
    ...(plan.upstream === undefined ? [{ kind: 'upstream' as const }] : []),
    ...asked.filter(({ result }) => result.kind === 'not-known').map((exchange) => ({ kind: 'exchange' as const, exchange })),
  ];
};

/** Whether it leaves open where the questions go that the cache is there for. */
export const isOpen = (unknown: Unknown): boolean => {
  switch (unknown.kind) {
    case 'links':
    case 'rules':
    case 'routes':
      return true;
    case 'exchange':
      // What the cache asks goes the way of everybody's questions to that Service: that is kube-proxy's to get right.
      return unknown.exchange.question.asker.kind !== 'cache';
    case 'routing-rules':
    case 'sysctls':
    case 'sockets':
    case 'entries':
    case 'pod':
    case 'upstream':
      return false;
  }
};
