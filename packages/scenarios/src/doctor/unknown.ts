import { familyOf } from '@nodelocal/netfilter-sim';
import type { Family } from '@nodelocal/netfilter-sim';
import type { Exchange } from '../preflight/way/exchange.ts';
import type { Scene } from './scene/scene.ts';

/** What nobody told, so that a question about the node stays open. */
export type Unknown =
  /** Whether the link and its addresses are there. */
  | { readonly kind: 'links' }
  /** Whether somebody listens. */
  | { readonly kind: 'sockets' }
  /** Whether entries of earlier are left. */
  | { readonly kind: 'entries' }
  /** Whether node-cache's rules are there. */
  | { readonly kind: 'rules'; readonly family: Family }
  /** Where a pod's query goes. */
  | { readonly kind: 'pod'; readonly family: Family }
  /** Whom the cache asks: nobody named it. */
  | { readonly kind: 'upstream' }
  /** What becomes of one question: the model lacks what decides. */
  | { readonly kind: 'exchange'; readonly exchange: Exchange };

export const unknownOf = ({ plan, node, linksTold, rules, addresses, pods, asked }: Scene): readonly Unknown[] => [
  ...(linksTold ? [] : [{ kind: 'links' as const }]),
  ...rules.filter(({ chains }) => chains === undefined).map(({ family }) => ({ kind: 'rules' as const, family })),
  ...(node.host.sockets === undefined ? [{ kind: 'sockets' as const }] : []),
  ...(plan.snapshot.contents['conntrack.txt'] === undefined ? [{ kind: 'entries' as const }] : []),
  ...[...new Set(addresses.map(familyOf))].filter((family) => pods[family] === undefined).map((family) => ({ kind: 'pod' as const, family })),
  ...(plan.upstream === undefined ? [{ kind: 'upstream' as const }] : []),
  ...asked.filter(({ result }) => result.kind === 'not-known').map((exchange) => ({ kind: 'exchange' as const, exchange })),
];

/** Whether it is about the way of what the cache is there for. */
export const isOpen = (unknown: Unknown): boolean => {
  switch (unknown.kind) {
    case 'links':
    case 'rules':
      return true;
    case 'exchange':
      // What the cache asks goes the way of everybody's questions to that Service: that is kube-proxy's to get right.
      return unknown.exchange.question.asker.kind !== 'cache';
    case 'sockets':
    case 'entries':
    case 'pod':
    case 'upstream':
      return false;
  }
};
