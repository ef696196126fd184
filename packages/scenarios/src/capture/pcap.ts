import { CaptureError } from './error.ts';
import type { CapturedFrames, Frame } from './frame.ts';
import { octetsOf } from './octets.ts';

/** First word of a file (pcap-savefile(5)), as it reads in network order: who wrote it had which order, and counted which parts of a second. */
export const PCAP_MAGICS: Readonly<Record<number, { readonly isLittle: boolean; readonly partsPerMs: number }>> = {
  0xa1b2c3d4: { isLittle: false, partsPerMs: 1e3 },
  0xd4c3b2a1: { isLittle: true, partsPerMs: 1e3 },
  0xa1b23c4d: { isLittle: false, partsPerMs: 1e6 },
  0x4d3cb2a1: { isLittle: true, partsPerMs: 1e6 },
};

const HEADER = 24;
const RECORD_HEADER = 16;

/** tcpdump takes no more of a packet (netdissect.h: MAXIMUM_SNAPLEN). */
export const FRAME_MAX = 262_144;

/** @throws CaptureError */
export const readPcap = (file: string, bytes: Uint8Array): CapturedFrames => {
  const format = PCAP_MAGICS[octetsOf(bytes).u32(0)];
  if (format === undefined) throw new CaptureError(file, 0, 'no pcap file');
  if (bytes.length < HEADER) throw new CaptureError(file, bytes.length, 'the file ends within its header', 'capture anew');
  const octets = octetsOf(bytes, format.isLittle);
  const major = octets.u16(4);
  if (major !== 2) throw new CaptureError(file, 4, `version ${major} of the format is not known`, 'tcpdump writes version 2');
  // The upper bits say how long a checksum at the end is.
  const linkType = octets.u32(20) & 0xffff;

  const frames: Frame[] = [];
  for (let at = HEADER; at < bytes.length; ) {
    if (at + RECORD_HEADER > bytes.length) return { frames, cutAt: at };
    const length = octets.u32(at + 8);
    const wholeLength = octets.u32(at + 12);
    if (length > FRAME_MAX) throw new CaptureError(file, at + 8, `packet ${frames.length + 1} has ${length} octets, more than anyone captures`);
    const start = at + RECORD_HEADER;
    if (start + length > bytes.length) return { frames, cutAt: at };
    const atMs = octets.u32(at) * 1000 + octets.u32(at + 4) / format.partsPerMs;
    frames.push({ number: frames.length + 1, atMs, linkType, device: undefined, octets: octets.part(start, start + length), wholeLength });
    at = start + length;
  }
  return { frames, cutAt: undefined };
};
