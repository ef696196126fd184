import { BIT, HEADER_OCTETS } from './header.ts';
import { LABEL_OCTETS_MAX, lowerCase, NAME_OCTETS_MAX } from './name.ts';
import { CLASS, TYPE } from './numbers.ts';
import { u16, u8 } from './octets.ts';
import { DO, OPT_OCTETS } from './opt.ts';

/*
 * The question of an ordinary query, found without reading more than it takes. Whatever is not ordinary, broken packets
 * above all, is `undefined` here and goes through `query.ts`, which says what to do about it.
 */

export interface Scan {
  /** The key of `engine/key.ts`. */
  readonly key: string;
  /** The characters of the key that are the name. */
  readonly nameOctets: number;
  readonly type: number;
  readonly flags: number;
  readonly edns: { readonly udpPayloadSize: number; readonly dnssecOk: boolean } | undefined;
  readonly octets: number;
}

/** The folded name, then type, class and bits: a key in the making. */
const scratch = new Uint16Array(NAME_OCTETS_MAX + 3);

/** Plain arrays by their lengths, which V8 passes on as arguments for two thirds of what a typed array costs. */
const units: number[][] = [];

/** The first units of the scratch as text. */
const textOf = (length: number): string => {
  const list = (units[length] ??= Array.from({ length }, () => 0));
  for (let at = 0; at < length; at += 1) list[at] = scratch[at] ?? 0;
  return String.fromCharCode.apply(null, list);
};

/** Folds the name into the scratch and gives its length; 0 where it is no plain name. */
const foldIntoScratch = (bytes: Uint8Array): number => {
  let at = HEADER_OCTETS;
  let octets = 0;
  for (;;) {
    if (at >= bytes.length) return 0;
    const length = u8(bytes, at);
    if (length > LABEL_OCTETS_MAX || octets + length + 1 > NAME_OCTETS_MAX || at + length >= bytes.length) return 0;
    scratch[octets] = length;
    octets += 1;
    at += 1;
    if (length === 0) return octets;
    for (const end = at + length; at < end; at += 1) {
      scratch[octets] = lowerCase(u8(bytes, at));
      octets += 1;
    }
  }
};

/** Do the options of OPT fill its RDATA exactly? */
const optionsFit = (bytes: Uint8Array, start: number, end: number): boolean => {
  let at = start;
  while (at + 4 <= end) at += 4 + u16(bytes, at + 2);
  return at === end;
};

const isOrdinary = (type: number, klass: number): boolean =>
  // DS is looked for in another zone, transfers and the classes 0 and NONE are refused.
  type !== TYPE.DS && type !== TYPE.AXFR && type !== TYPE.IXFR && klass !== 0 && klass !== CLASS.NONE;

export const scanQuery = (bytes: Uint8Array): Scan | undefined => {
  const flags = u16(bytes, 2);
  const additional = u16(bytes, 10);
  if (bytes.length < HEADER_OCTETS + 5 || (flags & (BIT.QR | BIT.OPCODE)) !== 0 || additional > 1) return undefined;
  if (u16(bytes, 4) !== 1 || u16(bytes, 6) !== 0 || u16(bytes, 8) !== 0) return undefined;
  const nameOctets = foldIntoScratch(bytes);
  const typeAt = HEADER_OCTETS + nameOctets;
  let octets = typeAt + 4;
  if (nameOctets === 0 || octets > bytes.length) return undefined;
  const type = u16(bytes, typeAt);
  const klass = u16(bytes, typeAt + 2);
  if (!isOrdinary(type, klass)) return undefined;
  let edns: Scan['edns'];
  if (additional === 1) {
    const end = octets + OPT_OCTETS + u16(bytes, octets + 9);
    const isOpt = end <= bytes.length && u8(bytes, octets) === 0 && u16(bytes, octets + 1) === TYPE.OPT;
    // The version; another one than 0 is answered with BADVERS.
    if (!isOpt || u8(bytes, octets + 6) !== 0 || !optionsFit(bytes, octets + OPT_OCTETS, end)) return undefined;
    edns = { udpPayloadSize: u16(bytes, octets + 3), dnssecOk: (u16(bytes, octets + 7) & DO) !== 0 };
    octets = end;
  }
  scratch[nameOctets] = type;
  scratch[nameOctets + 1] = klass;
  scratch[nameOctets + 2] = (edns?.dnssecOk === true ? 1 : 0) | ((flags & BIT.CD) === 0 ? 0 : 2);
  return { key: textOf(nameOctets + 3), nameOctets, type, flags, edns, octets };
};
