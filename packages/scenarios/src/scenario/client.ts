/** The stub resolvers that there are, by the name of what has them. */
export const RESOLVER_NAMES = ['glibc', 'musl-1.2.3', 'musl-1.2.5', 'go', 'c-ares', 'node', 'debian-node'] as const;
/** The stub resolvers by their names in scenarios. */
export type ResolverName = (typeof RESOLVER_NAMES)[number];

/** A program that looks names up. */
export interface Client {
  /** By which lookups name it; no other client has it. */
  readonly name: string;
  readonly at: ClientPlace;
  readonly resolver: ResolverName;
  /** The text of its resolv.conf. */
  readonly resolvConf: string;
}

/** Where a client is. */
export type ClientPlace =
  /** A pod; a device that the node lacks is made, with a route to the pod as Calico has it. */
  | { readonly kind: 'pod'; readonly address: string; readonly device: string }
  /** In the network of the node itself: a daemon, or a pod with `hostNetwork`. */
  | { readonly kind: 'host' };
