import type { Frame } from './frame.ts';
import { octetsOf } from './octets.ts';

/** Which way a frame went by a device, where its link tells it. */
export type Direction = 'in' | 'out';

/** A frame without its link's header. */
interface Linked {
  readonly octets: Uint8Array;
  readonly direction: Direction | undefined;
  /** The device's number on its node. */
  readonly deviceIndex: number | undefined;
}

/** What is no IP, in words. */
export type LinkReading = ({ readonly kind: 'ip' } & Linked) | { readonly kind: 'other'; readonly what: string };

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const VLANS = [0x8100, 0x88a8, 0x9100];

/** LINKTYPE_*: Ethernet, IP as it is, Linux' "any" in both versions. */
const ETHERNET = 1;
const RAW = [12, 14, 101, 228, 229];
const COOKED = 113;
const COOKED_2 = 276;

/** `PACKET_OUTGOING` (if_packet.h): all other kinds came in. */
const OUTGOING = 4;

export const readLink = ({ linkType, octets: bytes }: Frame): LinkReading => {
  const octets = octetsOf(bytes);
  const short: LinkReading = { kind: 'other', what: 'too short for its link' };
  const behind = (type: number, at: number, direction?: Direction, deviceIndex?: number): LinkReading => {
    if (VLANS.includes(type) && at + 4 <= bytes.length) return behind(octets.u16(at + 2), at + 4, direction, deviceIndex);
    if (type !== IPV4 && type !== IPV6) return { kind: 'other', what: `no IP (type 0x${type.toString(16).padStart(4, '0')})` };
    return { kind: 'ip', octets: octets.part(at, bytes.length), direction, deviceIndex };
  };
  if (RAW.includes(linkType)) return { kind: 'ip', octets: bytes, direction: undefined, deviceIndex: undefined };
  switch (linkType) {
    case ETHERNET:
      return bytes.length < 14 ? short : behind(octets.u16(12), 14);
    case COOKED:
      return bytes.length < 16 ? short : behind(octets.u16(14), 16, octets.u16(0) === OUTGOING ? 'out' : 'in');
    case COOKED_2:
      return bytes.length < 20 ? short : behind(octets.u16(0), 20, octets.u8(10) === OUTGOING ? 'out' : 'in', octets.u32(4));
    default:
      return { kind: 'other', what: `a link of type ${linkType}, which is not read` };
  }
};
