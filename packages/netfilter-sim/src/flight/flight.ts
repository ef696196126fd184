import type { EntryId } from '../conntrack/entry/entry.ts';
import type { Direction } from '../conntrack/entry/tuple.ts';
import type { Zone } from '../conntrack/table.ts';
import type { TrackInfo } from '../conntrack/track.ts';
import type { Realms, RouteType } from '../fib/route.ts';
import type { Socket } from '../host/host.ts';
import type { Address } from '../packet/address.ts';
import type { Packet } from '../packet/packet.ts';
import type { FrameView, OwnerView } from '../ruleset/shared/context.ts';
import type { Hook } from '../ruleset/shared/hooks.ts';
import type { Disposition } from '../trace/disposition.ts';
import { wholeNumber } from '../range.ts';

/** What conntrack has attached to a packet (`skb->_nfct`). */
export type Attachment =
  | { readonly kind: 'none' }
  | { readonly kind: 'untracked' }
  /** No entry, yet not blank: an answer to an untracked packet. Conntrack looks at it, `-j CT` does not. */
  | { readonly kind: 'blotted' }
  /** `-j CT` asked for something; conntrack will read it. `helper` is the name of one; absent: none was asked for. */
  | { readonly kind: 'template'; readonly zone: Zone; readonly helper?: string }
  | { readonly kind: 'tracked'; readonly entry: EntryId; readonly info: TrackInfo; readonly direction: Direction };

/** Where routing sent a packet (`skb_dst`). */
interface Destination {
  readonly type: RouteType;
  readonly device: string;
  /** The neighbour that gets it: the gateway, or the destination itself. */
  readonly nextHop: Address;
  /** Where the route says it, not the device. */
  readonly mtu?: number;
  /** Of the route that was taken (`dst_entry.tclassid`). */
  readonly realms: Realms;
}

/** Where a packet in flight stands: what happens to it next. */
export type Stage =
  /** Taken off a device. */
  | { readonly kind: 'arrive' }
  /** `next` is the place in `functionsAt` of what runs next, from 0. */
  | { readonly kind: 'hook'; readonly hook: Hook; readonly next: number }
  | { readonly kind: 'route-input' }
  | { readonly kind: 'route-output' }
  | { readonly kind: 'forward' }
  | { readonly kind: 'deliver' }
  | { readonly kind: 'transmit' }
  /** `queue` is the number of the NFQUEUE that has it, 0 to 65535; `behind`, where it goes on, `next` as at a hook. */
  | { readonly kind: 'held'; readonly queue: number; readonly behind: { readonly hook: Hook; readonly next: number } }
  | { readonly kind: 'ended'; readonly disposition: Disposition };

/** A packet on its way through a host, as data. Holding it is not stepping it. */
export interface Flight {
  packet: Packet;
  /** `skb->mark`, 32 bits unsigned. */
  mark: number;
  inDevice: string;
  outDevice: string;
  /** The port of `inDevice` that it came in by, where that is a bridge or the like; else `undefined`. */
  bridgePort: string | undefined;
  /** Whom it was for when it came in by a bridge; else `undefined`. */
  frameFor: Address | undefined;
  /** The bridge switches it, and br_netfilter shows it to the hooks. */
  bridged: boolean;
  conntrack: Attachment;
  /** Where routing leads it; `undefined` before it is asked. */
  destination: Destination | undefined;
  /** The TRACE target has seen it (`skb->nf_trace`). */
  traced: boolean;
  stage: Stage;
  /** `raw`: by a raw socket that wrote the header itself, so routing did not see its source. */
  readonly origin: 'device' | 'socket' | 'raw' | 'kernel';
  owner: OwnerView;
  /** The socket that TPROXY gave it to (`skb->sk`); `undefined`: none. */
  assigned: Socket | undefined;
  /**
   * The only device that routing may choose: the socket's, or that of an answer to a question to a group (`icmpv6_echo_reply`);
   * `undefined`: any.
   */
  readonly boundTo: string | undefined;
  /** The frame that it came in by; absent: not told. */
  frame: FrameView | undefined;
  /** The packet whose checksum conntrack verified, header and all (`nf_ip6_checksum`); `undefined`: none yet. */
  verified: Packet | undefined;
}

/** Whether its route leads to all on a link, or to a group. */
export const goesToMany = ({ destination }: Flight): boolean => destination?.type === 'broadcast' || destination?.type === 'multicast';

/** A packet that comes in by a device. */
export const arriving = (packet: Packet, device: string): Flight => ({
  packet,
  mark: 0,
  inDevice: device,
  outDevice: '',
  bridgePort: undefined,
  frameFor: undefined,
  bridged: false,
  conntrack: { kind: 'none' },
  destination: undefined,
  traced: false,
  stage: { kind: 'arrive' },
  origin: 'device',
  owner: { kind: 'no-socket' },
  assigned: undefined,
  boundTo: undefined,
  frame: undefined,
  verified: undefined,
});

const MARK_MAX = 0xffff_ffff;

/** A packet that the host itself sends. `origin` is as in `Flight`; `mark` is 0 unless said. @throws RangeError for a mark of more than 32 bits */
export const leaving = (
  packet: Packet,
  {
    origin,
    owner,
    conntrack = { kind: 'none' },
    mark = 0,
    boundTo,
    byPort,
  }: {
    readonly origin: 'socket' | 'raw' | 'kernel';
    readonly owner: OwnerView;
    /** What conntrack has attached already; nothing unless said. */
    readonly conntrack?: Attachment;
    /** `SO_MARK`. */
    readonly mark?: number;
    /** The device that the socket is bound to; absent: none. */
    readonly boundTo?: string | undefined;
    /** Sent as a frame by this device: neither routing nor hooks see it. */
    readonly byPort?: string | undefined;
  },
): Flight => ({
  packet,
  mark: wholeNumber('mark', mark, 0, MARK_MAX),
  inDevice: '',
  outDevice: byPort ?? '',
  bridgePort: undefined,
  frameFor: undefined,
  bridged: false,
  conntrack,
  destination: undefined,
  traced: false,
  stage: byPort === undefined ? { kind: 'route-output' } : { kind: 'transmit' },
  origin,
  owner,
  assigned: undefined,
  boundTo,
  frame: undefined,
  verified: undefined,
});
