import { HEADER_OCTETS } from './header.ts';
import type { Malformed } from './malformed.ts';
import { malformed } from './malformed.ts';
import { u16, u8 } from './octets.ts';

/** RFC 1035 §2.3.4: a name with its length octets and the root label. */
export const NAME_OCTETS_MAX = 255;
export const LABEL_OCTETS_MAX = 63;

/** A name of 255 octets has at most 127 labels; a pointer before each of them is the most that can make sense. */
const POINTERS_PER_NAME_MAX = 127;

/** A name as uncompressed wire octets, the root label included, in the spelling it came in. */
export type WireName = Uint8Array;

export const ROOT: WireName = Uint8Array.of(0);

/** What pointers of one message may do. */
export interface PointerBudget {
  /** How many may still be followed: a small packet must not buy much work (CVE-2024-8508). */
  left: number;
  /**
   * Where the type, class, TTL and RDLENGTH of each record so far begin, in order. A pointer that leads into them would
   * read numbers as a name, and another name as soon as the TTL goes down.
   */
  readonly fixedParts?: readonly number[];
}

/** Type, class, TTL and RDLENGTH (RFC 1035 §4.1.3). */
const FIXED_OCTETS = 10;

/** Does any record's fixed part reach into the octets from `start` to `end`? */
const touchesFixedPart = (fixedParts: readonly number[], start: number, end: number): boolean => {
  let [low, high] = [0, fixedParts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((fixedParts[middle] ?? 0) < end) low = middle + 1;
    else high = middle;
  }
  const last = fixedParts[low - 1];
  return last !== undefined && last + FIXED_OCTETS > start;
};

export interface NameSpan {
  readonly kind: 'name';
  /** The first octet after the name where it stands, that is after its pointer if it ends in one. */
  readonly end: number;
  /** Its length without compression. */
  readonly octets: number;
  readonly compressed: boolean;
}

/**
 * Checks the name at `at` without expanding it. Pointers must go strictly backwards, never into the header, and to
 * octets that end before the name itself begins: what a message says must not hang on what comes after it.
 */
export const checkName = (bytes: Uint8Array, at: number, budget: PointerBudget): NameSpan | Malformed => {
  let position = at;
  let segment = at;
  let limit = Number.POSITIVE_INFINITY;
  let end = -1;
  let octets = 0;
  let pointers = 0;
  for (;;) {
    if (position >= bytes.length) return malformed('cut-short');
    const length = u8(bytes, position);
    if (length > LABEL_OCTETS_MAX && length < 0xc0) return malformed('label-type');
    const next = position + (length >= 0xc0 ? 2 : length + 1);
    if (next > limit) return malformed('pointer-not-backwards');
    const complete = length === 0 || length >= 0xc0;
    if (complete && end >= 0 && touchesFixedPart(budget.fixedParts ?? [], segment, next)) {
      return malformed('pointer-into-record');
    }
    if (length >= 0xc0) {
      if (next > bytes.length) return malformed('cut-short');
      const target = u16(bytes, position) & 0x3fff;
      if (target >= segment) return malformed('pointer-not-backwards');
      if (target < HEADER_OCTETS) return malformed('pointer-into-header');
      pointers += 1;
      budget.left -= 1;
      if (pointers > POINTERS_PER_NAME_MAX || budget.left < 0) return malformed('too-many-pointers');
      if (end < 0) end = next;
      limit = segment;
      segment = target;
      position = target;
      continue;
    }
    octets += length + 1;
    if (octets > NAME_OCTETS_MAX) return malformed('name-too-long');
    position = next;
    if (length === 0) return { kind: 'name', end: end < 0 ? position : end, octets, compressed: end >= 0 };
  }
};

/** A name in the making: one string out of its octets costs a third of one that grows. */
const scratch = new Uint8Array(NAME_OCTETS_MAX);

/** Expands a name that `checkName` has passed into the scratch, and gives its length. */
const expandIntoScratch = (bytes: Uint8Array, at: number): number => {
  let position = at;
  let octets = 0;
  for (;;) {
    const length = u8(bytes, position);
    if (length >= 0xc0) {
      position = u16(bytes, position) & 0x3fff;
      continue;
    }
    for (let octet = 0; octet <= length; octet += 1) scratch[octets + octet] = u8(bytes, position + octet);
    octets += length + 1;
    if (length === 0) return octets;
    position += length + 1;
  }
};

/** Expands a name that `checkName` has passed. */
export const expandName = (bytes: Uint8Array, at: number): WireName => {
  const octets = expandIntoScratch(bytes, at);
  return scratch.slice(0, octets);
};

export const lowerCase = (octet: number): number => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet);

/**
 * The name for comparing and for keys: one character per wire octet, ASCII letters in lower case.
 * Only ASCII folds (RFC 4343 §3): what the wire tells apart stays apart. Length octets are below 64, never letters.
 */
export const foldName = (wire: WireName, end = wire.length): string => {
  for (let at = 0; at < end; at += 1) scratch[at] = lowerCase(u8(wire, at));
  return String.fromCharCode.apply(null, scratch.subarray(0, end) as unknown as number[]);
};

/** The same of a name that `checkName` has passed, wherever it leads. */
export const foldNameAt = (bytes: Uint8Array, at: number): string => foldName(scratch, expandIntoScratch(bytes, at));

/** Is the name at `at`, which `checkName` has passed, this one but for case? */
export const isNameAt = (bytes: Uint8Array, at: number, name: WireName): boolean => {
  if (expandIntoScratch(bytes, at) !== name.length) return false;
  for (let octet = 0; octet < name.length; octet += 1) if (lowerCase(u8(scratch, octet)) !== lowerCase(u8(name, octet))) return false;
  return true;
};

/** Does a label of the folded name begin here? */
export const isLabelStart = (folded: string, position: number): boolean => {
  let at = 0;
  while (at < position) at += folded.charCodeAt(at) + 1;
  return at === position;
};

/** Is the folded name the folded zone itself or below it, label by label? */
export const isWithin = (folded: string, zone: string): boolean =>
  folded.endsWith(zone) && isLabelStart(folded, folded.length - zone.length);

// miekg/dns types.go, isDomainNameLabelSpecial.
const ESCAPED = new Set(Array.from('.\' @;()"\\', (character) => character.charCodeAt(0)));

const octetText = (octet: number): string => {
  if (octet < 0x20 || octet > 0x7e) return `\\${String(octet).padStart(3, '0')}`;
  const character = String.fromCharCode(octet);
  return ESCAPED.has(octet) ? `\\${character}` : character;
};

/** The name in presentation form with a final dot; `\.` and `\DDD` (RFC 4343 §2.1) keep every octet readable. */
export const nameText = (wire: WireName): string => {
  if (wire.length <= 1) return '.';
  let text = '';
  let at = 0;
  for (let length = u8(wire, at); length !== 0; length = u8(wire, at)) {
    for (let octet = 1; octet <= length; octet += 1) text += octetText(u8(wire, at + octet));
    text += '.';
    at += length + 1;
  }
  return text;
};

export const foldedText = (folded: string): string => nameText(Uint8Array.from(folded, (c) => c.charCodeAt(0)));

/** The name with another label before it; `undefined` where that is longer than a name may be. */
export const prependLabel = (label: string, name: WireName): WireName | undefined => {
  const octets = Uint8Array.from([label.length, ...Array.from(label, (c) => c.charCodeAt(0)), ...name]);
  return octets.length > NAME_OCTETS_MAX ? undefined : octets;
};

/** The octets of presentation text, one number each; labels end at `'.'`. `undefined` for a broken escape. */
const readOctets = (text: string): readonly (number | '.')[] | undefined => {
  const octets: (number | '.')[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x2e) octets.push('.');
    else if (code > 0xff) return undefined;
    else if (code !== 0x5c) octets.push(code);
    else {
      const digits = text.slice(at + 1, at + 4);
      if (/^\d{3}$/.test(digits)) {
        if (Number(digits) > 255) return undefined;
        octets.push(Number(digits));
        at += 3;
      } else {
        const escaped = text.charCodeAt(at + 1);
        if (Number.isNaN(escaped) || escaped > 0xff) return undefined;
        octets.push(escaped);
        at += 1;
      }
    }
  }
  return octets;
};

/** The wire form of the name that a text is in presentation form; the final dot may be missing. `undefined` where it is no name. */
export const readNameText = (text: string): WireName | undefined => {
  if (text === '.') return ROOT;
  const octets = readOctets(text);
  if (octets === undefined || octets.length === 0) return undefined;
  const wire: number[] = [];
  let label: number[] = [];
  const terminated = octets.at(-1) === '.' ? octets : [...octets, '.' as const];
  for (const octet of terminated) {
    if (octet !== '.') {
      label.push(octet);
      continue;
    }
    if (label.length === 0 || label.length > LABEL_OCTETS_MAX) return undefined;
    wire.push(label.length, ...label);
    label = [];
  }
  wire.push(0);
  return wire.length > NAME_OCTETS_MAX ? undefined : Uint8Array.from(wire);
};

/** The wire form of a name that a caller gave, who may have given something else. @throws RangeError where it is none */
export const wireName = (text: string): WireName => {
  const wire = typeof text === 'string' ? readNameText(text) : undefined;
  if (wire === undefined) throw new RangeError(`not a domain name: ${text}`);
  return wire;
};

/** A name that we write ourselves, folded. @throws RangeError where it is none */
export const foldText = (text: string): string => foldName(wireName(text));
