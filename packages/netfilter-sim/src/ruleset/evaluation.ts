import type { Choice } from '../chance.ts';
import type { EntryView, Direction } from '../conntrack/entry.ts';
import type { Address, Family } from '../packet/address.ts';
import type { Packet } from '../packet/packet.ts';
import type { Port } from '../packet/port.ts';
import type { Duration, Instant } from '../time.ts';
import type { SkbInfo } from './ipset/set.ts';
import type { Hook, TableName } from './rule-set.ts';
import type { SetReference } from './set-reference.ts';

/** What conntrack said of the packet in flight (`skb->_nfct`). */
export type ConntrackView =
  | { readonly kind: 'none' }
  | { readonly kind: 'untracked' }
  | {
      readonly kind: 'tracked';
      readonly info: 'new' | 'established' | 'related';
      readonly direction: Direction;
      readonly entry: EntryView;
    };

/** Route types of an address in the local table, as `-m addrtype` names them (xt_addrtype.h). */
export type AddressType =
  | 'UNSPEC'
  | 'UNICAST'
  | 'LOCAL'
  | 'BROADCAST'
  | 'ANYCAST'
  | 'MULTICAST'
  | 'BLACKHOLE'
  | 'UNREACHABLE'
  | 'PROHIBIT'
  | 'THROW';

/** The local socket that sent the packet, as `-m owner` asks for it. */
export type OwnerView =
  | { readonly kind: 'no-socket' }
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'socket';
      readonly uid: number;
      readonly gid: number;
      readonly supplementaryGids: readonly number[];
    };

/** What `-m set` asks of an ipset. */
export interface SetTest extends SetReference {
  /** Elements with `nomatch` count as found, and only they. */
  readonly returnNomatch: boolean;
  readonly updateCounters: boolean;
  /** Whether counters of a list's members rise too. */
  readonly updateSubcounters: boolean;
  readonly counters: readonly SetCounterTest[];
}

/** The element's counter after it has counted the packet. */
export interface SetCounterTest {
  readonly counter: 'packets' | 'bytes';
  readonly comparison: 'eq' | 'lt' | 'gt';
  readonly value: bigint;
  readonly inverted: boolean;
}

export type SetAnswer =
  | { readonly kind: 'in'; readonly skbInfo: SkbInfo }
  | { readonly kind: 'not-in' }
  | { readonly kind: 'no-such-set' }
  | NotModelled;

/** The packet in flight and its surroundings, as a match or a target sees them. */
export interface PacketContext {
  readonly family: Family;
  readonly table: TableName;
  readonly hook: Hook;
  readonly packet: Packet;
  /** Device names; empty where the hook has none (no input device in OUTPUT and so on). */
  readonly inDevice: string;
  readonly outDevice: string;
  /** `skb->mark`, 32 bits unsigned. */
  readonly mark: number;
  readonly conntrack: ConntrackView;
  readonly owner: OwnerView;
  /** Ports of the bridge that br_netfilter notes (`-m physdev`). */
  readonly bridge?: { readonly inPort: string; readonly outPort: string };
  readonly link?: { readonly sourceMac: string; readonly packetType: 'unicast' | 'broadcast' | 'multicast' };
  readonly now: Instant;

  /** Type of the address in the local table; with a device, only if its route uses that device. */
  addressType(address: Address, device?: string): AddressType;
  /** Whether the route back to the packet's source passes `-m rpfilter`. */
  reversePath(options: { readonly loose: boolean; readonly validMark: boolean; readonly acceptLocal: boolean }): boolean;
  /** Whether the ipset holds what the packet's fields say; sets are looked up by name. */
  testSet(test: SetTest): SetAnswer;
  /** Whether an open (transparent) socket would take the packet (`-m socket`). */
  localSocket(): 'none' | 'wildcard' | 'bound' | 'transparent';
  /** Connections now in the table whose original source lies in the mask (`-m connlimit`). */
  countConnections(source: Address, maskLength: number, by: 'src' | 'dst'): number;
  /**
   * What a stateful match remembers between packets, shared by all that use the same key
   * (`nth`, `limit`, `recent:NAME`). Plain data; changed in place.
   */
  memory<State extends object>(key: string, initial: () => State): State;
  /** Whether a match has just been given a memory that is not known; its answer counts for nothing then. */
  forgot(): boolean;
  choose(choice: Choice): boolean;
}

/** What a match says. `hotdrop` drops the packet from inside a match (truncated headers). */
export type MatchResult = 'match' | 'no-match' | 'hotdrop' | NotModelled;

/** `match` where the test holds. */
export const answer = (holds: boolean): MatchResult => (holds ? 'match' : 'no-match');

export const notModelled = (what: string): NotModelled => ({ kind: 'not-modelled', what });

/** The target that lets the packet go on behind its rule. */
export const goOn = (...changes: readonly Change[]): TargetOutcome => ({ kind: 'continue', changes });

/** Never a guess: the walk stops here and says what is missing. */
export interface NotModelled {
  readonly kind: 'not-modelled';
  readonly what: string;
}

/** Addresses and ports to translate to (`struct nf_nat_range2`); absent: any. */
export interface NatRange {
  readonly addresses?: { readonly min: Address; readonly max: Address };
  readonly ports?: { readonly min: Port; readonly max: Port };
  /** `--to-destination :1000-1010/2000`: shift a port range, counted from this base. */
  readonly basePort?: Port;
  readonly random: boolean;
  readonly randomFully: boolean;
  readonly persistent: boolean;
}

/** What a target asks for; the walk and the NAT room carry it out. */
export type TargetOutcome =
  | { readonly kind: 'continue'; readonly changes: readonly Change[] }
  | { readonly kind: 'accept'; readonly changes: readonly Change[] }
  | { readonly kind: 'drop' }
  | { readonly kind: 'queue'; readonly queue: number; readonly bypass: boolean }
  | { readonly kind: 'reject'; readonly with: string }
  | { readonly kind: 'translate'; readonly manip: 'source' | 'destination'; readonly range: NatRange }
  | { readonly kind: 'masquerade'; readonly range: NatRange }
  | { readonly kind: 'redirect'; readonly range: NatRange }
  | { readonly kind: 'map-network'; readonly address: Address; readonly mask: bigint }
  | {
      readonly kind: 'transparent-proxy';
      readonly address?: Address;
      readonly port: Port;
      readonly mark: { readonly value: number; readonly mask: number };
    }
  | NotModelled;

/** A change that a target makes to the packet in flight while the walk goes on. */
export type Change =
  | { readonly kind: 'set-mark'; readonly mark: number }
  | { readonly kind: 'set-conntrack-mark'; readonly mark: number }
  | { readonly kind: 'set-ttl'; readonly ttl: number }
  | { readonly kind: 'set-tos'; readonly tos: number }
  | { readonly kind: 'set-maximum-segment-size'; readonly bytes: number | 'clamp-to-path' }
  | { readonly kind: 'untrack' }
  | {
      readonly kind: 'template';
      readonly zone?: { readonly id: number | 'mark'; readonly direction: 'both' | Direction };
      readonly helper?: string;
      readonly timeoutPolicy?: string;
    }
  | { readonly kind: 'trace' }
  | { readonly kind: 'log'; readonly prefix: string }
  | SetChange
  /** Takes from the packet's element what it holds for packets (`SET --map-set`). */
  | ({ readonly kind: 'map-from-set'; readonly fields: readonly ('mark' | 'priority' | 'queue')[] } & SetReference);

/** Puts the packet's element into an ipset, or takes it out. */
export interface SetChange extends SetReference {
  readonly kind: 'change-set';
  readonly operation: 'add' | 'delete';
  readonly timeout?: Duration;
  /** Renew what is there already. */
  readonly exist: boolean;
}
