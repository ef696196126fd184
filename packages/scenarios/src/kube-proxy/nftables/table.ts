import type { Address, Family } from '@nodelocal/netfilter-sim';
import type { ServiceProtocol } from '../../kubernetes/objects.ts';

/*
 * kube-proxy's table in one family, as the kernel has it.
 */

export interface Chain {
  readonly name: string;
  /** Its hook or its comment, and its rules, as nft prints them. */
  readonly lines: readonly string[];
}

/** What a map says of packets to an address and a port, or to a port of the node. */
export interface VerdictElement {
  /** `undefined` in a map of node ports. */
  readonly address: Address | undefined;
  readonly protocol: ServiceProtocol;
  /** 1 to 65535. */
  readonly port: number;
  /** `goto CHAIN` or `drop`. */
  readonly verdict: string;
  readonly comment: string | undefined;
}

interface Named {
  readonly name: string;
  /** Type, flags and comment, as nft prints them. */
  readonly properties: readonly string[];
}

export type AddressSet = Named & { readonly kind: 'set'; readonly elements: readonly Address[] };
export type VerdictMap = Named & { readonly kind: 'map'; readonly elements: readonly VerdictElement[] };
export type Container = AddressSet | VerdictMap;

export interface Table {
  readonly family: Family;
  /** In the order that the kernel lists them in, which is that of their making. */
  readonly containers: readonly Container[];
  readonly chains: readonly Chain[];
}
