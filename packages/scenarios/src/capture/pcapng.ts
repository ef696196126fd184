import { CaptureError } from './error.ts';
import type { CapturedFrames, Frame } from './frame.ts';
import type { Octets } from './octets.ts';
import { octetsOf } from './octets.ts';
import { FRAME_MAX } from './pcap.ts';

/** Blocks of the format (draft-ietf-opsawg-pcapng). */
export const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const OLD_PACKET = 2;
const SIMPLE_PACKET = 3;
const PACKET = 6;

const BYTE_ORDER = 0x1a2b3c4d;
const BYTE_ORDER_SWAPPED = 0x4d3c2b1a;

/** Type, length, and the length again at the end. */
const BLOCK_LEAST = 12;

const OPTION_NAME = 2;
const OPTION_RESOLUTION = 9;
const OPTION_OFFSET = 14;

interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  readonly name: string | undefined;
  readonly partsPerMs: number;
  readonly offsetMs: number;
}

interface Block {
  readonly at: number;
  readonly type: number;
  /** Where its body begins, and ends. */
  readonly from: number;
  readonly until: number;
  readonly octets: Octets;
}

/** @throws CaptureError */
export const readPcapng = (file: string, bytes: Uint8Array): CapturedFrames => {
  const frames: Frame[] = [];
  let interfaces: Interface[] = [];
  let octets = octetsOf(bytes);
  for (let at = 0; at < bytes.length; ) {
    if (at + BLOCK_LEAST > bytes.length) return { frames, cutAt: at };
    if (octets.u32(at) === SECTION) {
      octets = octetsOf(bytes, isLittle(file, octets, at));
      interfaces = [];
    }
    const type = octets.u32(at);
    const length = octets.u32(at + 4);
    if (length < BLOCK_LEAST || length % 4 !== 0) throw new CaptureError(file, at + 4, `a block of ${length} octets`, 'blocks have 12 or more, and a multiple of 4');
    if (at + length > bytes.length) return { frames, cutAt: at };
    const again = octets.u32(at + length - 4);
    if (again !== length) throw new CaptureError(file, at + length - 4, `a block ends with another length (${again}) than it began with (${length})`);
    const block: Block = { at, type, from: at + 8, until: at + length - 4, octets };
    if (type === INTERFACE) interfaces.push(readInterface(file, block));
    else if (type === PACKET || type === OLD_PACKET || type === SIMPLE_PACKET) frames.push(readFrame(file, block, interfaces, frames.length + 1));
    at += length;
  }
  return { frames, cutAt: undefined };
};

const isLittle = (file: string, octets: Octets, at: number): boolean => {
  const inOrder = octetsOf(octets.part(at + 8, at + 12)).u32(0);
  if (inOrder === BYTE_ORDER) return false;
  if (inOrder === BYTE_ORDER_SWAPPED) return true;
  throw new CaptureError(file, at + 8, 'a section that does not say its byte order');
};

const readInterface = (file: string, { at, from, until, octets }: Block): Interface => {
  if (until - from < 8) throw new CaptureError(file, at, 'an interface block that is too short');
  const options = readOptions(file, octets, from + 8, until);
  const textOf = ({ start, end }: Option): string => String.fromCharCode(...octets.part(start, end)).replace(/\0.*$/s, '');
  const [name, resolution, offset] = [OPTION_NAME, OPTION_RESOLUTION, OPTION_OFFSET].map((code) => options.get(code));
  const isWide = offset !== undefined && offset.end - offset.start === 8;
  return {
    linkType: octets.u16(from),
    snapLength: octets.u32(from + 4),
    name: name && textOf(name),
    partsPerMs: partsPerMs(resolution === undefined || resolution.end === resolution.start ? undefined : octets.u8(resolution.start)),
    offsetMs: isWide ? octets.u64(offset.start) * 1000 : 0,
  };
};

/** The highest bit says powers of 2; without the option it is microseconds. */
const partsPerMs = (resolution = 6): number => (resolution < 0x80 ? 10 ** resolution : 2 ** (resolution & 0x7f)) / 1000;

/** Where the value of an option stands. */
interface Option {
  readonly start: number;
  readonly end: number;
}

const readOptions = (file: string, octets: Octets, from: number, until: number): ReadonlyMap<number, Option> => {
  const options = new Map<number, Option>();
  for (let at = from; at + 4 <= until; ) {
    const code = octets.u16(at);
    const length = octets.u16(at + 2);
    if (code === 0) break;
    if (at + 4 + length > until) throw new CaptureError(file, at + 2, `an option of ${length} octets, longer than its block`);
    options.set(code, { start: at + 4, end: at + 4 + length });
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return options;
};

const readFrame = (file: string, block: Block, interfaces: readonly Interface[], number: number): Frame => {
  const { at, type, from, until, octets } = block;
  const head = type === SIMPLE_PACKET ? 4 : 20;
  if (until - from < head) throw new CaptureError(file, at, `packet ${number} has a block that is too short`);
  const index = type === SIMPLE_PACKET ? 0 : type === PACKET ? octets.u32(from) : octets.u16(from);
  const known = interfaces[index];
  if (known === undefined) throw new CaptureError(file, from, `packet ${number} is of interface ${index}, and there are ${interfaces.length}`);
  const wholeLength = type === SIMPLE_PACKET ? octets.u32(from) : octets.u32(from + 16);
  const most = known.snapLength === 0 ? FRAME_MAX : known.snapLength;
  const length = type === SIMPLE_PACKET ? Math.min(wholeLength, most, until - from - head) : octets.u32(from + 12);
  if (from + head + length > until) throw new CaptureError(file, from + 12, `packet ${number} has ${length} octets, more than its block`);
  const parts = type === SIMPLE_PACKET ? 0 : octets.u32(from + 4) * 2 ** 32 + octets.u32(from + 8);
  return {
    number,
    atMs: parts / known.partsPerMs + known.offsetMs,
    linkType: known.linkType,
    device: known.name,
    octets: octets.part(from + head, from + head + length),
    wholeLength,
  };
};
