import type { Choice } from '../../chance.ts';
import type { EntryView } from '../../conntrack/entry/entry.ts';
import type { Direction, Tuple } from '../../conntrack/entry/tuple.ts';
import type { Address, Family } from '../../packet/address.ts';
import type { Packet } from '../../packet/packet.ts';
import type { Port } from '../../packet/port.ts';
import type { Instant } from '../../time.ts';
import type { Hook, TableName } from './hooks.ts';
import type { NotModelled } from './not-modelled.ts';
import type { SetAnswer, SetTest } from './set-reference.ts';

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

/** The local socket that sent the packet, as `-m owner` asks for it; `undefined`: not known. */
export type OwnerView =
  | { readonly kind: 'no-socket' }
  /** The kernel's own, which no program holds: it has no owner. */
  | { readonly kind: 'kernel-socket' }
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'socket';
      /** The user's number; `undefined`: not known. */
      readonly uid: number | undefined;
      /** Number of the group; `undefined`: not known. */
      readonly gid: number | undefined;
      /** Further groups of the process (`--suppl-groups`); `undefined`: not known. */
      readonly supplementaryGids: readonly number[] | undefined;
    };

/** Empty: none, or none yet; `undefined`: not told. */
export interface BridgeView {
  /** The port that the packet came in by. */
  readonly inPort: string | undefined;
  /** The port that it leaves by. */
  readonly outPort: string | undefined;
}

/** What a packet came in by; `sourceMac`: absent where it has no Ethernet header (a copy for the host itself). */
export interface FrameView {
  readonly sourceMac: string | undefined;
  readonly packetType: 'unicast' | 'broadcast' | 'multicast';
}

/** The socket that would take a packet; `wildcard`: it is bound to no address. */
export type LocalSocket =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'none' }
  /** `transparent`: it has IP_TRANSPARENT; `undefined`: not known. */
  | { readonly kind: 'socket'; readonly wildcard: boolean; readonly transparent: boolean | undefined };

/** Whom TPROXY gives a packet to. */
export interface Proxy {
  /** Absent: the first address of the device that the packet came in by. */
  readonly address?: Address;
  /** Absent: the packet's own. */
  readonly port?: Port;
}

/** What `fib` of nftables asks routing about. */
export interface FibQuery {
  readonly of: 'source' | 'destination';
  /** A device of the packet has a say; `undefined`: none has. */
  readonly by: 'input' | 'output' | undefined;
  /** The packet's mark takes part in the lookup. */
  readonly mark: boolean;
}

/** What the host's wall clock says. */
export interface WallClock {
  /** Whole seconds since 1970 in UTC (`ktime_get_real_seconds`). */
  readonly utcSeconds: number;
  /** By how many minutes the kernel's zone lies west of UTC (`sys_tz.tz_minuteswest`); absent: not known. */
  readonly minutesWest?: number;
}

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
  /** Ports of the bridge that br_netfilter notes (`-m physdev`); absent: it notes none. */
  readonly bridge?: BridgeView | 'unknown' | undefined;
  /** Absent: not told. */
  readonly link?: FrameView | undefined;
  readonly now: Instant;
  /** Absent: not known. `now` counts from a start of its own. */
  readonly wallClock?: WallClock | undefined;

  /** Type of the address in the local table; with a device, only if its route uses that device. */
  addressType(address: Address, device?: string): AddressType;
  /** Whether the route back to the packet's source passes `-m rpfilter`. */
  reversePath(options: { readonly loose: boolean; readonly validMark: boolean; readonly acceptLocal: boolean }): boolean;
  /** The number of the device's group; `undefined`: not told. */
  deviceGroup(device: string): number | undefined;
  /** The realms of the packet's route (`skb_dst(skb)->tclassid`): the source's in the upper half; `undefined`: not known. */
  realms(): number | undefined;
  /** Whether the packet's connection has the label, which is put on it first where that is asked for (`-m connlabel`). */
  connectionLabel(label: number, set: boolean): boolean | NotModelled;
  /** What kind of address it is to `fib`. */
  fibType(query: FibQuery): AddressType;
  /** The device that `fib` finds, empty where it finds none; `undefined`: not known. */
  fibDevice(query: FibQuery): string | undefined;
  /** Whether the ipset holds what the packet's fields say; sets are looked up by name. */
  testSet(test: SetTest): SetAnswer;
  /** Whether an open (transparent) socket would take the packet (`-m socket`). */
  localSocket(): LocalSocket;
  /** Gives the packet to the transparent socket that listens there, which is asked for where none is known; `false`: none does. */
  assignSocket(proxy: Proxy): boolean;
  /** What a TCP segment may hold so that it fits the path, both ways, and the MTU that says so; `undefined`: not known. */
  pathSegmentSize(): { readonly bytes: number; readonly mtu: number } | undefined;
  /** What became of a connection (`-m connlimit`); `closed` ones are still in the table. */
  connectionState(tuple: Tuple, zone: number): 'open' | 'closed' | 'gone';
  /**
   * What a stateful match remembers between packets, shared by all that use the same key
   * (`nth`, `limit`, `recent:NAME`). Plain data; changed in place.
   */
  memory<State extends object>(key: string, initial: () => State): State;
  /** Whether a match has just been given a memory that is not known; its answer counts for nothing then. */
  forgot(): boolean;
  /** What chance, or whoever knows, answers to a question. */
  choose(choice: Choice): boolean;
  /** A whole number from 0 to `below` − 1, drawn by chance. */
  draw(below: number): number;
  /** Looks at tests that may never be reached, since one before them is not known. */
  peek(): Peek;
}

/** Tests looked at without being reached: nothing changes, nothing is drawn. */
export interface Peek {
  /** What the test says; `undefined` where it would change, draw or remember something. */
  answer<Answer>(look: () => Answer): Answer | undefined;
  /** Whether they were reached stays open: what they would have changed is not known any more. */
  leaveOpen(): void;
}
