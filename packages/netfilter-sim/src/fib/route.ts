import type { Address } from '../packet/address.ts';
import type { Prefix } from '../packet/prefix.ts';

/** `RTN_*` of include/uapi/linux/rtnetlink.h, as iproute2 names them. */
export const ROUTE_TYPES = [
  'unspec',
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
] as const;
/** What a route makes of a packet: for another host, for this one, for all, or for none. */
export type RouteType = (typeof ROUTE_TYPES)[number];

/** Of a source in the upper 16 bits, of a destination in the lower; `unknown`: written with names of the host's own. */
export type Realms = number | 'unknown';

/** Where a route leads; a reject route leads nowhere. */
export interface NextHop {
  readonly gateway?: Address;
  readonly device: string;
  readonly weight: number;
  /** Absent: none. */
  readonly realms?: Realms;
}

/** A route of a table. */
export interface Route {
  readonly type: RouteType;
  readonly destination: Prefix;
  readonly table: number;
  /** Type of service octet that the packet must have; 0 fits all. */
  readonly tos: number;
  /** Lower wins among routes to the same prefix. */
  readonly metric: number;
  /** `RT_SCOPE_*`: 0 universe, 253 link, 254 host. */
  readonly scope: number;
  readonly preferredSource?: Address;
  /** What the route says of its path, in octets; else its device does. */
  readonly mtu?: number;
  readonly nextHops: readonly NextHop[];
}

/** One line of `ip rule`. Absent selectors fit everything. */
export interface PolicyRule {
  readonly priority: number;
  readonly inverted: boolean;
  readonly source?: Prefix;
  readonly destination?: Prefix;
  readonly inDevice?: string;
  readonly outDevice?: string;
  readonly mark?: { readonly value: number; readonly mask: number };
  readonly tos?: number;
  readonly protocol?: number;
  readonly sourcePorts?: { readonly min: number; readonly max: number };
  readonly destinationPorts?: { readonly min: number; readonly max: number };
  /** Whose packets it takes (`uidrange`). */
  readonly uids?: { readonly min: number; readonly max: number };
  /** Routes no longer than this do not count (`suppress_prefixlength`). */
  readonly suppressPrefixLength?: number;
  /** For routes that have none (`realms`). */
  readonly realms?: Realms;
  readonly action: PolicyAction;
}

/** What a rule of routing (`ip rule`) does with a packet that it is about. */
export type PolicyAction =
  | { readonly kind: 'lookup'; readonly table: number }
  | { readonly kind: 'goto'; readonly priority: number }
  | { readonly kind: 'nop' }
  | { readonly kind: 'blackhole' | 'unreachable' | 'prohibit' };

/** `RT_TABLE_*`. */
export const TABLE = { default: 253, main: 254, local: 255 } as const;

/** How far away what a route leads to is (`enum rt_scope_t`, include/uapi/linux/rtnetlink.h). */
export const SCOPE = { universe: 0, link: 253, host: 254 } as const;
