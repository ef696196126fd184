import { checkOctets, checkText } from '../range.ts';
import type { Fields } from './codec.ts';
import { decodeFields, encodeFields } from './codec.ts';
import type { WireName } from './name.ts';
import { nameText, ROOT, wireName } from './name.ts';
import { typeName } from './numbers.ts';
import { concatenate, latin1 } from './octets.ts';
import type { Piece } from './rdata-layout.ts';
import { namesIn, splitRdata } from './rdata-layout.ts';

/**
 * What a record says. Names are in presentation form; a TXT string has one character per octet. Numbers are those of RFC 1035 §3.3
 * and RFC 2782, none below 0.
 */
export type RecordData =
  | { readonly kind: 'address'; readonly address: string }
  /** Of NS, CNAME, PTR, DNAME and the like; `name` is what it points to. */
  | { readonly kind: 'name'; readonly name: string }
  /** `strings` have at most 255 octets each. */
  | { readonly kind: 'text'; readonly strings: readonly string[] }
  /** `preference`, 0 to 65535: the lowest is tried first, at `exchange`. */
  | { readonly kind: 'mail'; readonly preference: number; readonly exchange: string }
  | {
      readonly kind: 'service';
      /** 0 to 65535; the lowest is tried first. */
      readonly priority: number;
      /** 0 to 65535: the share among those of one priority. */
      readonly weight: number;
      /** 0 to 65535. */
      readonly port: number;
      /** The host's name. */
      readonly target: string;
    }
  | {
      readonly kind: 'start-of-authority';
      /** The name of the zone's primary server. */
      readonly mname: string;
      /** Who is in charge, a mail address with a dot for the `@`. */
      readonly rname: string;
      /** 32 bits unsigned, as are the times behind it, in seconds. */
      readonly serial: number;
      /** After how many seconds secondaries ask again. */
      readonly refresh: number;
      /** In seconds, where that failed. */
      readonly retry: number;
      /** In seconds, until secondaries give the zone up. */
      readonly expire: number;
      /** In seconds: how long a denial may be kept, if the record's TTL is not shorter (RFC 2308 §4). */
      readonly minimum: number;
    }
  | { readonly kind: 'opaque'; readonly octets: Uint8Array };

const NAME_TYPES: ReadonlySet<string> = new Set(['NS', 'CNAME', 'PTR', 'DNAME', 'MB', 'MD', 'MF', 'MG', 'MR']);

const isFieldType = (type: string): type is Fields['type'] =>
  type === 'A' || type === 'AAAA' || type === 'TXT' || type === 'MX' || type === 'SRV' || type === 'SOA';

const piecesOf = (type: number, rdata: Uint8Array): readonly Piece[] => {
  const pieces = splitRdata(rdata, type, 0, rdata.length, { left: 0 });
  if ('kind' in pieces) throw new RangeError(`RDATA of ${typeName(type)} is malformed: ${pieces.reason}`);
  return pieces;
};

/** RDATA with other names in place of its own, in order. */
const withNames = (type: number, rdata: Uint8Array, names: readonly WireName[]): Uint8Array => {
  const queue = [...names];
  return concatenate(
    piecesOf(type, rdata).map((piece) =>
      piece.kind === 'name' ? (queue.shift() ?? ROOT) : rdata.subarray(piece.start, piece.end),
    ),
  );
};

const join = (fields: Fields, names: readonly string[]): RecordData => {
  const [first = '.', second = '.'] = names;
  switch (fields.type) {
    case 'A':
    case 'AAAA':
      return { kind: 'address', address: fields.address };
    case 'TXT':
      return { kind: 'text', strings: fields.strings.map((octets) => latin1(octets)) };
    case 'MX':
      return { kind: 'mail', preference: fields.preference, exchange: first };
    case 'SRV': {
      const { priority, weight, port } = fields;
      return { kind: 'service', priority, weight, port, target: first };
    }
    case 'SOA': {
      const { serial, refresh, retry, expire, minimum } = fields;
      return { kind: 'start-of-authority', mname: first, rname: second, serial, refresh, retry, expire, minimum };
    }
  }
};

/** What expanded RDATA of this type says; opaque where it is a type that we do not look into. */
export const readRecordData = (type: number, rdata: Uint8Array): RecordData => {
  const name = typeName(type);
  const names = namesIn(type, rdata).map(nameText);
  if (NAME_TYPES.has(name)) return { kind: 'name', name: names[0] ?? '.' };
  // Of an empty TXT there is nothing to show.
  if (!isFieldType(name) || rdata.length === 0) return { kind: 'opaque', octets: rdata };
  return join(decodeFields(name, withNames(type, rdata, [])), names);
};

/** `€` would be the octet 0xac, which is another character. */
const octetsOf = (text: string): Uint8Array => {
  checkText('a string of a TXT record', text);
  if (/[^\0-\xff]/.test(text)) throw new RangeError(`a string of a TXT record has a character for each octet, none above \\u00ff: ${text}`);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
};

const split = (
  type: number,
  data: Exclude<RecordData, { kind: 'opaque' | 'name' }>,
): { readonly fields: Fields; readonly names: readonly string[] } => {
  switch (data.kind) {
    case 'address':
      return { fields: { type: typeName(type) === 'A' ? 'A' : 'AAAA', address: data.address }, names: [] };
    case 'text':
      return { fields: { type: 'TXT', strings: data.strings.map(octetsOf) }, names: [] };
    case 'mail':
      return { fields: { type: 'MX', preference: data.preference }, names: [data.exchange] };
    case 'service': {
      const { priority, weight, port } = data;
      return { fields: { type: 'SRV', priority, weight, port }, names: [data.target] };
    }
    case 'start-of-authority': {
      const { serial, refresh, retry, expire, minimum } = data;
      return { fields: { type: 'SOA', serial, refresh, retry, expire, minimum }, names: [data.mname, data.rname] };
    }
  }
};

/** RDATA without compression. @throws RangeError where the data is not of this type or a name is none. */
export const encodeRecordData = (type: number, data: RecordData): Uint8Array => {
  if (data.kind === 'opaque') {
    checkOctets('octets', data.octets);
    return data.octets;
  }
  const name = typeName(type);
  const misfit = (): RangeError => new RangeError(`${data.kind} is no data of a ${name} record`);
  if (data.kind === 'name') {
    if (!NAME_TYPES.has(name)) throw misfit();
    return wireName(data.name);
  }
  const { fields, names } = split(type, data);
  if (fields.type !== name) throw misfit();
  return withNames(type, encodeFields(fields), names.map(wireName));
};
