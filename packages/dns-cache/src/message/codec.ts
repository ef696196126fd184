import { addressOctets, ipv6Groups, octetsText } from '../address.ts';
import { checkText, wholeNumber } from '../range.ts';
import { concatenate, fromU16, setU32, u16, u32, u8 } from './octets.ts';

/** The fields of the record types that we can show and write. Names are left out: they are `name.ts`'s business. */
export type Fields =
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | { readonly type: 'TXT'; readonly strings: readonly Uint8Array[] }
  | { readonly type: 'MX'; readonly preference: number }
  | { readonly type: 'SRV'; readonly priority: number; readonly weight: number; readonly port: number }
  | {
      readonly type: 'SOA';
      readonly serial: number;
      readonly refresh: number;
      readonly retry: number;
      readonly expire: number;
      readonly minimum: number;
    };

/** In RDATA that has the root in place of names, a name is this one octet. */
const ROOT = Uint8Array.of(0);

/** One octet says how many follow (RFC 1035 §3.3). */
const STRING_OCTETS_MAX = 255;

const U16_MAX = 0xffff;
const U32_MAX = 0xffff_ffff;

/** Fields of 16 bits. @throws RangeError that names the one that does not fit */
const u16s = (fields: Readonly<Record<string, number>>): Uint8Array =>
  fromU16(...Object.entries(fields).map(([name, value]) => wholeNumber(name, value, 0, U16_MAX)));

/** And of 32. */
const u32s = (fields: Readonly<Record<string, number>>): Uint8Array => {
  const values = Object.entries(fields);
  const bytes = new Uint8Array(values.length * 4);
  for (const [index, [name, value]] of values.entries()) setU32(bytes, index * 4, wholeNumber(name, value, 0, U32_MAX));
  return bytes;
};

const addressRdata = (type: 'A' | 'AAAA', address: string): Uint8Array => {
  // An IPv4 address in IPv6's spelling is still 16 octets of an AAAA record.
  checkText('address', address);
  const octets = type === 'A' ? addressOctets(address) : ipv6Groups(address)?.flatMap((group) => [group >>> 8, group & 255]);
  if (octets?.length !== (type === 'A' ? 4 : 16)) throw new RangeError(`${address} is no address of an ${type} record`);
  return Uint8Array.from(octets);
};

const stringRdata = (octets: Uint8Array): readonly Uint8Array[] => {
  if (octets.length > STRING_OCTETS_MAX) throw new RangeError(`a string of a TXT record has at most ${STRING_OCTETS_MAX} octets, not ${octets.length}`);
  return [Uint8Array.of(octets.length), octets];
};

/** RDATA of the fields, with the root where a name belongs. @throws RangeError for a field that does not fit */
export const encodeFields = (fields: Fields): Uint8Array => {
  switch (fields.type) {
    case 'A':
    case 'AAAA':
      return addressRdata(fields.type, fields.address);
    case 'TXT':
      return concatenate(fields.strings.flatMap(stringRdata));
    case 'MX':
      return concatenate([u16s({ preference: fields.preference }), ROOT]);
    case 'SRV': {
      const { priority, weight, port } = fields;
      return concatenate([u16s({ priority, weight, port }), ROOT]);
    }
    case 'SOA': {
      const { serial, refresh, retry, expire, minimum } = fields;
      return concatenate([ROOT, ROOT, u32s({ serial, refresh, retry, expire, minimum })]);
    }
  }
};

const stringsOf = (rdata: Uint8Array): readonly Uint8Array[] => {
  const strings: Uint8Array[] = [];
  for (let at = 0; at < rdata.length; at += 1 + u8(rdata, at)) strings.push(Uint8Array.from(rdata.subarray(at + 1, at + 1 + u8(rdata, at))));
  return strings;
};

/** The fields of RDATA that has the root in place of names, as `check.ts` lets it through. */
export const decodeFields = (type: Fields['type'], rdata: Uint8Array): Fields => {
  switch (type) {
    case 'A':
    case 'AAAA':
      return { type, address: octetsText(Array.from(rdata.subarray(0, type === 'A' ? 4 : 16))) };
    case 'TXT':
      return { type, strings: stringsOf(rdata) };
    case 'MX':
      return { type, preference: u16(rdata, 0) };
    case 'SRV':
      return { type, priority: u16(rdata, 0), weight: u16(rdata, 2), port: u16(rdata, 4) };
    case 'SOA':
      return { type, serial: u32(rdata, 2), refresh: u32(rdata, 6), retry: u32(rdata, 10), expire: u32(rdata, 14), minimum: u32(rdata, 18) };
  }
};
