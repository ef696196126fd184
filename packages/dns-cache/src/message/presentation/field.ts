import { addressOctets, ipv6Groups, octetsText } from '../../address.ts';
import { checkName, expandName, nameText, readNameText } from '../name.ts';
import { typeName, typeNumber } from '../numbers.ts';
import { concatenate, fromHex, fromU16, toHex, u16, u32, u8 } from '../octets.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { readServiceParameters, serviceParametersText } from './service-parameters.ts';
import { readSignatureTime, signatureTimeText } from './signature-time.ts';
import { quoteOctets, textOctets } from './text-octets.ts';
import { readTtl } from './ttl.ts';
import type { NotARecord, Word } from './words.ts';
import { notARecord } from './words.ts';

/** A field of RDATA as it is written. The last four take all words that are left. */
export type FieldKind =
  | 'ipv4' | 'ipv6' | 'name' | 'type' | 'time' | 'u8' | 'u16' | 'u32' | 'seconds' | 'algorithm' | 'string' | 'bare-string'
  | 'strings' | 'hex' | 'base64' | 'service-parameters';

/** The octets of some words and how many words those are, or why they are none. */
type ReadField = { readonly octets: Uint8Array; readonly words: number } | NotARecord;

/** RFC 4034 appendix A.1, and IANA's list since. */
const ALGORITHMS: Readonly<Record<string, number>> = {
  RSAMD5: 1, DH: 2, DSA: 3, RSASHA1: 5, 'DSA-NSEC3-SHA1': 6, 'RSASHA1-NSEC3-SHA1': 7, RSASHA256: 8, RSASHA512: 10,
  'ECC-GOST': 12, ECDSAP256SHA256: 13, ECDSAP384SHA384: 14, ED25519: 15, ED448: 16, INDIRECT: 252, PRIVATEDNS: 253,
  PRIVATEOID: 254,
};

const CHARACTER_STRING_OCTETS_MAX = 255;

const readUnsigned = (text: string, bits: number): Uint8Array | undefined => {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  if (number === undefined || number >= 2 ** bits) return undefined;
  if (bits === 8) return Uint8Array.of(number);
  return bits === 16 ? fromU16(number) : fromU16(number >>> 16, number & 0xffff);
};

const lengthFirst = (octets: Uint8Array): Uint8Array => concatenate([Uint8Array.of(octets.length), octets]);

/** A longer text becomes several character-strings, as in miekg/dns. */
const characterStrings = (octets: Uint8Array): Uint8Array => {
  const count = Math.max(1, Math.ceil(octets.length / CHARACTER_STRING_OCTETS_MAX));
  const most = CHARACTER_STRING_OCTETS_MAX;
  return concatenate(Array.from({ length: count }, (_, i) => lengthFirst(octets.subarray(i * most, (i + 1) * most))));
};

const readOne = (kind: FieldKind, { text }: Word): Uint8Array | undefined => {
  switch (kind) {
    case 'ipv4': {
      const octets = text.includes(':') ? undefined : addressOctets(text);
      return octets && Uint8Array.from(octets);
    }
    case 'ipv6': {
      const groups = text.includes(':') ? ipv6Groups(text) : undefined;
      return groups && fromU16(...groups);
    }
    case 'name':
      return readNameText(text === '@' ? '.' : text);
    case 'type': {
      const type = typeNumber(text);
      return type === undefined ? undefined : fromU16(type);
    }
    case 'time':
      return readSignatureTime(text);
    case 'u8':
      return readUnsigned(text, 8);
    case 'u16':
      return readUnsigned(text, 16);
    case 'u32':
      return readUnsigned(text, 32);
    case 'seconds': {
      const seconds = readTtl(text);
      return seconds === undefined ? undefined : fromU16(seconds >>> 16, seconds & 0xffff);
    }
    case 'algorithm':
      return readUnsigned(String(ALGORITHMS[text.toUpperCase()] ?? text), 8);
    case 'string': {
      const octets = textOctets(text);
      return octets === undefined || octets.length > CHARACTER_STRING_OCTETS_MAX ? undefined : lengthFirst(octets);
    }
    case 'bare-string':
      return textOctets(text);
    case 'strings': {
      const octets = textOctets(text);
      return octets && characterStrings(octets);
    }
    case 'hex':
      return fromHex(text);
    case 'base64':
      return fromBase64(text);
    case 'service-parameters':
      return undefined;
  }
};

/** Reads the field from the words that are left. */
export const readField = (kind: FieldKind, left: readonly Word[]): ReadField => {
  if (kind === 'service-parameters') {
    const octets = readServiceParameters(left);
    return 'kind' in octets ? octets : { octets, words: left.length };
  }
  const [first] = left;
  if (first === undefined) return notARecord(`${kind} missing at the end`);
  if (kind === 'strings') {
    const strings = left.map((word) => readOne(kind, word));
    const found = strings.filter((octets) => octets !== undefined);
    if (found.length < strings.length) return notARecord(`bad text: "${left.map(({ text }) => text).join(' ')}"`);
    return { octets: concatenate(found), words: left.length };
  }
  const joins = kind === 'hex' || kind === 'base64';
  const word = joins ? { ...first, text: left.map(({ text }) => text).join('') } : first;
  const octets = readOne(kind, word);
  return octets === undefined ? notARecord(`bad ${kind}: "${word.text}"`) : { octets, words: joins ? left.length : 1 };
};

type PrintedField = { readonly text: string; readonly end: number } | undefined;

const printFixed = (rdata: Uint8Array, at: number, octets: number, text: () => string): PrintedField =>
  at + octets > rdata.length ? undefined : { text: text(), end: at + octets };

/** The field at `at` as it is written; `undefined` where the octets end before it. */
export const printField = (kind: FieldKind, rdata: Uint8Array, at: number): PrintedField => {
  const end = rdata.length;
  switch (kind) {
    case 'ipv4':
      return printFixed(rdata, at, 4, () => octetsText([...rdata.subarray(at, at + 4)]));
    case 'ipv6':
      return printFixed(rdata, at, 16, () => octetsText([...rdata.subarray(at, at + 16)]));
    case 'name': {
      const name = checkName(rdata, at, { left: 0 });
      return name.kind === 'malformed' ? undefined : { text: nameText(expandName(rdata, at)), end: name.end };
    }
    case 'type':
      return printFixed(rdata, at, 2, () => typeName(u16(rdata, at)));
    case 'time':
      return printFixed(rdata, at, 4, () => signatureTimeText(u32(rdata, at)));
    case 'u8':
    case 'algorithm':
      return printFixed(rdata, at, 1, () => String(u8(rdata, at)));
    case 'u16':
      return printFixed(rdata, at, 2, () => String(u16(rdata, at)));
    case 'u32':
    case 'seconds':
      return printFixed(rdata, at, 4, () => String(u32(rdata, at)));
    case 'string':
      return printFixed(rdata, at, u8(rdata, at) + 1, () => quoteOctets(rdata, at + 1, at + 1 + u8(rdata, at)));
    case 'strings': {
      const texts: string[] = [];
      let position = at;
      while (position < end) {
        const next = position + 1 + u8(rdata, position);
        if (next > end) return undefined;
        texts.push(quoteOctets(rdata, position + 1, next));
        position = next;
      }
      return { text: texts.join(' '), end };
    }
    case 'bare-string':
      return { text: quoteOctets(rdata, at), end };
    case 'hex':
      return { text: toHex(rdata.subarray(at)).toUpperCase(), end };
    case 'base64':
      return { text: toBase64(rdata.subarray(at)), end };
    case 'service-parameters': {
      const text = serviceParametersText(rdata, at);
      return text === undefined ? undefined : { text, end };
    }
  }
};
