/** A packet as it stands in a capture, before anyone looks into it. */
export interface Frame {
  /** Its place in the capture, from 1, as Wireshark and `tcpdump -#` number it. */
  readonly number: number;
  /** Since 1970, in milliseconds with their parts. */
  readonly atMs: number;
  /** LINKTYPE_*, which says how it begins. */
  readonly linkType: number;
  /** The device, where the capture names it. */
  readonly device: string | undefined;
  readonly octets: Uint8Array;
  /** How long it was; the capture may have less of it. */
  readonly wholeLength: number;
}

export interface CapturedFrames {
  readonly frames: readonly Frame[];
  /** The file ends in the middle of a packet, which begins there: whoever wrote it was killed, or is still writing. */
  readonly cutAt: number | undefined;
}
