import type { Address, Family } from '../../../packet/address.ts';
import type { Prefix } from '../../../packet/prefix.ts';
import type { ProtocolNumber } from '../../../packet/protocol.ts';
import type { Duration, Instant } from '../../../time.ts';
import type { SkbInfo } from '../../shared/set-reference.ts';
import type { SetType } from './set-type.ts';

/** One of the fields that an element is made of. */
export type ElementPart =
  /** A whole address has the full length. */
  | { readonly kind: 'network'; readonly prefix: Prefix }
  /** `bitmap:port` does not tell protocols apart; ICMP has type × 256 + code for a port. `port` is from 0 to 65535. */
  | { readonly kind: 'port'; readonly protocol: ProtocolNumber | 'any'; readonly port: number }
  /** `mac` is six octets in upper case hexadecimal, as `ipset` prints them: `02:42:0A:F4:01:05`. */
  | { readonly kind: 'mac'; readonly mac: string }
  /** `mark` has 32 bits, unsigned. */
  | { readonly kind: 'mark'; readonly mark: number }
  | {
      readonly kind: 'interface';
      /** Of a device, or what names begin with. */
      readonly name: string;
      /** A port of a bridge. */
      readonly physical: boolean;
      /** The name is the beginning of the device's. */
      readonly wildcard: boolean;
    }
  /** A member of a list; `name` is that of the other set. */
  | { readonly kind: 'set'; readonly name: string };

/** Fields without `readonly` change while packets pass. */
export interface SetElement {
  readonly parts: readonly ElementPart[];
  /** The address's owner in a `bitmap:ip,mac`; the first packet tells where none was given. */
  mac: string | undefined;
  /** What it names counts as not in the set. */
  nomatch: boolean;
  /** `undefined`: it stays. */
  expiresAt: Instant | undefined;
  /** Of an element of a `bitmap:ip,mac` that has no owner yet: how long it lives from when it gets one; 0: for good. */
  lifetimeOnceOwned: Duration | undefined;
  /** What found it, 64 bits unsigned; like `bytes` it rises only where the set has `counters`. */
  packets: bigint;
  bytes: bigint;
  /** At most 255 characters; empty: none. */
  comment: string;
  skbInfo: SkbInfo;
}

/** The bits of an address that a set looks at; other than a prefix length since 6.2 (`bitmask`). */
export type SetMask =
  /** `length` of leading bits: 1 to 32, or to 128. */
  | { readonly kind: 'netmask'; readonly length: number }
  | { readonly kind: 'bitmask'; readonly address: Address };

/** What `create` says, and what elements can carry besides. */
export interface SetOptions {
  /** What a bitmap can hold: addresses of IPv4, or ports 0 to 65535, both ends counted in; absent in all others. */
  readonly range?: { readonly min: Address; readonly max: Address } | { readonly min: number; readonly max: number };
  /** Buckets at the beginning (1024 unless said). Printed, and decides nothing. */
  readonly hashSize?: number;
  /** So many fit in (65536 unless said); bitmaps and lists have none. */
  readonly elementsMax?: number;
  /** Members of a `list:set` (8 unless said); absent in all others. */
  readonly size?: number;
  /** Absent: whole addresses. */
  readonly mask?: SetMask;
  /** Bits of the mark that a `hash:ip,mark` looks at, 32 unsigned; absent: all. */
  readonly markMask?: number;
  /** Lifetime of elements that name none; 0: they stay. Without it no element ever ends. */
  readonly timeout?: Duration;
  /** Elements count packets and bytes. */
  readonly counters: boolean;
  /** Elements may have comments. */
  readonly comment: boolean;
  /** Elements may have marks, priorities and queues for packets (`skbinfo`). */
  readonly skbInfo: boolean;
  /** A full set gives up an element for a new one. */
  readonly forceAdd: boolean;
  /** 0 to 255; absent: as the kernel likes. Printed, and decides nothing. */
  readonly bucketSize?: number;
  /** Of the kernel's hash, 32 bits; absent: drawn. Printed, and decides nothing. */
  readonly initialValue?: number;
}

/** A set of ipset, with its elements. */
export interface IpSet {
  /** At most 31 octets. */
  readonly name: string;
  readonly type: SetType;
  /** `any`: the set holds what both families have. */
  readonly family: Family | 'any';
  readonly options: SetOptions;
  /** By what identifies them (`elementKey`), in the order in which they came. */
  readonly elements: Map<string, SetElement>;
  /** For each part that is a network: how many elements have which prefix length. */
  readonly lengths: readonly Map<number, number>[];
}

/** The sets of a network namespace by name. */
export type IpSets = Map<string, IpSet>;

/** What a set says that maps its elements to nothing. */
export const NO_SKB_INFO: SkbInfo = { mark: { value: 0, mask: 0 }, priority: { major: 0, minor: 0 }, queue: 0 };
