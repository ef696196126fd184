import type { Malformed } from './malformed.ts';
import { malformed } from './malformed.ts';
import type { PointerBudget, WireName } from './name.ts';
import { checkName, expandName } from './name.ts';
import { concatenate, u8 } from './octets.ts';

/** A piece of RDATA: so many octets, a name, a character-string, character-strings to the end, or whatever is left. */
type Part = number | 'name' | 'string' | 'strings' | 'rest';

/**
 * The types whose RDATA we look into: those with names in them, which older software compresses (RFC 3597 §4 asks
 * receivers to expand them), and those whose length is fixed. Every other type is opaque to us.
 */
const LAYOUTS: ReadonlyMap<number, readonly Part[]> = new Map<number, readonly Part[]>([
  [1, [4]], // A
  [2, ['name']], // NS
  [3, ['name']], // MD
  [4, ['name']], // MF
  [5, ['name']], // CNAME
  [6, ['name', 'name', 20]], // SOA
  [7, ['name']], // MB
  [8, ['name']], // MG
  [9, ['name']], // MR
  [12, ['name']], // PTR
  [13, ['string', 'string']], // HINFO
  [14, ['name', 'name']], // MINFO
  [15, [2, 'name']], // MX
  [16, ['strings']], // TXT
  [17, ['name', 'name']], // RP
  [18, [2, 'name']], // AFSDB
  [21, [2, 'name']], // RT
  [24, [18, 'name', 'rest']], // SIG
  [26, [2, 'name', 'name']], // PX
  [28, [16]], // AAAA
  [30, ['name', 'rest']], // NXT
  [33, [6, 'name']], // SRV
  [35, [4, 'string', 'string', 'string', 'name']], // NAPTR
  [36, [2, 'name']], // KX
  [39, ['name']], // DNAME
  [46, [18, 'name', 'rest']], // RRSIG
  [47, ['name', 'rest']], // NSEC
]);

const layoutOf = (type: number): readonly Part[] => LAYOUTS.get(type) ?? ['rest'];

/** A name found in RDATA, or a run of octets that stands for itself. */
export type Piece =
  | { readonly kind: 'name'; readonly at: number; readonly octets: number }
  | { readonly kind: 'octets'; readonly start: number; readonly end: number };

/** How many octets a part has that is no name; it may run past the end. */
const octetsOf = (part: Exclude<Part, 'name'>, bytes: Uint8Array, at: number, end: number): number => {
  switch (part) {
    case 'string':
      return at < end ? u8(bytes, at) + 1 : 1;
    case 'strings': {
      let position = at;
      while (position < end) position += u8(bytes, position) + 1;
      return position - at;
    }
    case 'rest':
      return Math.max(0, end - at);
    default:
      return part;
  }
};

/**
 * Is RDATA well formed: does it fill exactly what RDLENGTH promises (RFC 9267 §6)? Then how long it is once its names are
 * written out.
 * @param pieces gets those that there are
 */
export const checkRdata = (bytes: Uint8Array, type: number, start: number, end: number, budget: PointerBudget, pieces?: Piece[]): number | Malformed => {
  let at = start;
  let octets = 0;
  for (const part of layoutOf(type)) {
    if (part === 'name') {
      const name = checkName(bytes, at, budget);
      if (name.kind === 'malformed') return name;
      pieces?.push({ kind: 'name', at, octets: name.octets });
      octets += name.octets;
      at = name.end;
    } else {
      const from = at;
      at += octetsOf(part, bytes, from, end);
      octets += at - from;
      pieces?.push({ kind: 'octets', start: from, end: at });
    }
    if (at > end) return malformed('rdata-length');
  }
  return at === end ? octets : malformed('rdata-length');
};

/** Cuts RDATA into its pieces; malformed as above. */
export const splitRdata = (bytes: Uint8Array, type: number, start: number, end: number, budget: PointerBudget): readonly Piece[] | Malformed => {
  const pieces: Piece[] = [];
  const checked = checkRdata(bytes, type, start, end, budget, pieces);
  return typeof checked === 'number' ? pieces : checked;
};

export const expandPieces = (bytes: Uint8Array, pieces: readonly Piece[]): Uint8Array =>
  concatenate(
    pieces.map((piece) =>
      piece.kind === 'name' ? expandName(bytes, piece.at) : bytes.subarray(piece.start, piece.end),
    ),
  );

/** The names in RDATA that has no compression, in order, and the octets between them. */
export const namesIn = (type: number, rdata: Uint8Array): readonly WireName[] => {
  const pieces = splitRdata(rdata, type, 0, rdata.length, { left: 0 });
  if ('kind' in pieces) return [];
  return pieces.flatMap((piece) => (piece.kind === 'name' ? [expandName(rdata, piece.at)] : []));
};
