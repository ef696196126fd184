import { checksumOf } from './checksum.ts';
import type { Frame } from './frame.ts';
import { readIp } from './ip.ts';
import { readLink } from './link.ts';
import type { CapturedPacket } from './packet.ts';
import { readFrames } from './read.ts';
import { readContent } from './transport.ts';

/** A capture's packets, in the order of the file. */
export interface Capture {
  readonly packets: readonly CapturedPacket[];
  /** The octet, from 0, at which the packet begins in the middle of which the file ends; `undefined`: it is whole. */
  readonly cutAt: number | undefined;
}

/** A capture's packets, in its order. @throws CaptureError for a file that is none, or broken; TypeError for what is no Uint8Array */
export const readCapture = (file: string, bytes: Uint8Array): Capture => {
  if (Object.prototype.toString.call(bytes) !== '[object Uint8Array]') throw new TypeError(`bytes is a Uint8Array, as readFileSync gives it without an encoding, not ${typeof bytes}`);
  const { frames, cutAt } = readFrames(file, bytes);
  return { packets: frames.map(packetOf), cutAt };
};

const packetOf = (frame: Frame): CapturedPacket => {
  const { number, atMs, device, octets, wholeLength } = frame;
  const link = readLink(frame);
  const place = { number, atMs, device };
  const nothing = { ...place, deviceIndex: undefined, direction: undefined, isCut: wholeLength > octets.length, checksum: undefined };
  if (link.kind === 'other') return { ...nothing, what: link };
  const ip = readIp(link.octets);
  const { deviceIndex, direction } = link;
  if (ip.kind === 'other') return { ...nothing, deviceIndex, direction, what: ip };
  return { ...place, deviceIndex, direction, isCut: ip.isCut, checksum: checksumOf(ip), what: readContent(ip) };
};
