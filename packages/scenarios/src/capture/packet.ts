import type { Address } from '@nodelocal/netfilter-sim';
import type { Direction } from './link.ts';

/** One end of a flow. */
export interface CapturedEnd {
  readonly address: Address;
  /** 0 to 65535. */
  readonly port: number;
}

/** A packet of a capture, as far as it is understood. */
export interface CapturedPacket {
  /** Its place in the capture, from 1, as Wireshark and `tcpdump -#` number it. */
  readonly number: number;
  readonly atMs: number;
  /** `undefined`: the capture names none. */
  readonly device: string | undefined;
  /** The kernel's number of the device; `undefined`: the capture has none. */
  readonly deviceIndex: number | undefined;
  /** `undefined`: the capture does not say. */
  readonly direction: Direction | undefined;
  /** The capture has less of it than there was. */
  readonly isCut: boolean;
  /** A checksum that is not the one of the octets; a network card may have had it still to write. `undefined`: nothing to compare. */
  readonly checksum: 'right' | 'other' | undefined;
  readonly what: Content;
}

/** What is in a captured packet. */
export type Content =
  /** `payload` is as far as it was captured, and of this fragment. */
  | { readonly kind: 'udp'; readonly from: CapturedEnd; readonly to: CapturedEnd; readonly payload: Uint8Array; readonly isFirstFragment: boolean }
  | ({ readonly kind: 'tcp'; readonly from: CapturedEnd; readonly to: CapturedEnd } & Segment)
  /**
   * Somebody on the way could not deliver a packet, of which it quotes the beginning. `why` is a word or two; `quoted` is
   * `undefined` where too little is quoted to tell.
   */
  | { readonly kind: 'unreachable'; readonly from: Address; readonly to: Address; readonly why: string; readonly quoted: Quoted | undefined }
  /**
   * A part of a packet that has no ports in it. Parts of one packet have the same `id`; `offset` is where its octets stand in the
   * whole.
   */
  | { readonly kind: 'fragment'; readonly from: Address; readonly to: Address; readonly id: number; readonly offset: number }
  /** Something else, which `what` names. */
  | { readonly kind: 'other'; readonly what: string };

/** A captured TCP segment. */
export interface Segment {
  /** Bits as in netfilter-sim's `TCP_FLAG`. */
  readonly flags: number;
  /** 32 bits unsigned. */
  readonly sequence: number;
  /** 32 bits unsigned. */
  readonly acknowledgement: number;
  /** As far as it was captured. */
  readonly payload: Uint8Array;
}

/** The packet that an ICMP error is about, as far as it quotes it. */
export interface Quoted {
  readonly protocol: 'udp' | 'tcp';
  readonly from: CapturedEnd;
  readonly to: CapturedEnd;
}
