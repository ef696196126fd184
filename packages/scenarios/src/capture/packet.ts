import type { Address } from '@nodelocal/netfilter-sim';
import type { Direction } from './link.ts';

/** One end of a flow. */
export interface CapturedEnd {
  readonly address: Address;
  readonly port: number;
}

/** A packet of a capture, as far as it is understood. */
export interface CapturedPacket {
  readonly number: number;
  readonly atMs: number;
  readonly device: string | undefined;
  readonly deviceIndex: number | undefined;
  readonly direction: Direction | undefined;
  /** The capture has less of it than there was. */
  readonly isCut: boolean;
  /** A checksum that is not the one of the octets; a network card may have had it still to write. `undefined`: nothing to compare. */
  readonly checksum: 'right' | 'other' | undefined;
  readonly what: Content;
}

/** What is in a captured packet. */
export type Content =
  | { readonly kind: 'udp'; readonly from: CapturedEnd; readonly to: CapturedEnd; readonly payload: Uint8Array; readonly isFirstFragment: boolean }
  | ({ readonly kind: 'tcp'; readonly from: CapturedEnd; readonly to: CapturedEnd } & Segment)
  /** Somebody on the way could not deliver a packet, of which it quotes the beginning. */
  | { readonly kind: 'unreachable'; readonly from: Address; readonly to: Address; readonly why: string; readonly quoted: Quoted | undefined }
  /** A part of a packet that has no ports in it. */
  | { readonly kind: 'fragment'; readonly from: Address; readonly to: Address; readonly id: number; readonly offset: number }
  | { readonly kind: 'other'; readonly what: string };

/** A captured TCP segment. */
export interface Segment {
  /** Bits as in netfilter-sim's `TCP_FLAG`. */
  readonly flags: number;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly payload: Uint8Array;
}

/** The packet that an ICMP error is about, as far as it quotes it. */
export interface Quoted {
  readonly protocol: 'udp' | 'tcp';
  readonly from: CapturedEnd;
  readonly to: CapturedEnd;
}
