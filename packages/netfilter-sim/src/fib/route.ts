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
  /** The router that the packet goes to; absent: the destination itself, on the link. */
  readonly gateway?: Address;
  readonly device: string;
  /** Its share among several next hops, from 1. */
  readonly weight: number;
  /** Absent: none. */
  readonly realms?: Realms;
}

/** A route of a table. */
export interface Route {
  readonly type: RouteType;
  readonly destination: Prefix;
  /** 1 to 2³² − 1; 254 is main, 255 local. */
  readonly table: number;
  /** Type of service octet that the packet must have; 0 fits all. */
  readonly tos: number;
  /** 0 to 2³² − 1; lower wins among routes to the same prefix. */
  readonly metric: number;
  /** `RT_SCOPE_*`: 0 universe, 253 link, 254 host. */
  readonly scope: number;
  /** The source that the host takes for packets of its own; absent: an address of the device. */
  readonly preferredSource?: Address;
  /** What the route says of its path, in octets; else its device does. */
  readonly mtu?: number;
  readonly nextHops: readonly NextHop[];
}

/** One line of `ip rule`. Absent selectors fit everything. */
export interface PolicyRule {
  /** 0 to 2³² − 1; lower is looked at first. */
  readonly priority: number;
  /** `not`: it is about all packets that its selectors do not fit. */
  readonly inverted: boolean;
  /** `from`. */
  readonly source?: Prefix;
  /** `to`. */
  readonly destination?: Prefix;
  /** `iif`; `lo` is for the host's own packets. */
  readonly inDevice?: string;
  /** `oif`: what a socket is bound to. */
  readonly outDevice?: string;
  /** `fwmark`: the bits of the packet's mark that `mask` has must be `value`; 32 bits unsigned, both. */
  readonly mark?: { readonly value: number; readonly mask: number };
  /** The octet that the packet must have; 0 fits all. */
  readonly tos?: number;
  /** `ipproto`: the number of IP's protocol, 0 to 255. */
  readonly protocol?: number;
  /** `sport`, both ends counted in. */
  readonly sourcePorts?: { readonly min: number; readonly max: number };
  /** `dport`, both ends counted in. */
  readonly destinationPorts?: { readonly min: number; readonly max: number };
  /** Whose packets it takes (`uidrange`). */
  readonly uids?: { readonly min: number; readonly max: number };
  /** Routes no longer than this, 0 to 32 or 128, do not count (`suppress_prefixlength`); absent: all do. */
  readonly suppressPrefixLength?: number;
  /** For routes that have none (`realms`). */
  readonly realms?: Realms;
  readonly action: PolicyAction;
}

/** What a rule of routing (`ip rule`) does with a packet that it is about. */
export type PolicyAction =
  /** `table`: its number; where no route of it fits, the next rule is read. */
  | { readonly kind: 'lookup'; readonly table: number }
  /** `priority`: of the rule to go on with. */
  | { readonly kind: 'goto'; readonly priority: number }
  | { readonly kind: 'nop' }
  | { readonly kind: 'blackhole' | 'unreachable' | 'prohibit' };

/** `RT_TABLE_*`. */
export const TABLE = { default: 253, main: 254, local: 255 } as const;

/** How far away what a route leads to is (`enum rt_scope_t`, include/uapi/linux/rtnetlink.h). */
export const SCOPE = { universe: 0, link: 253, host: 254 } as const;
