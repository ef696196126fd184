import type { WireRecord } from '../build.ts';
import { nameText, readNameText } from '../name.ts';
import { CLASS, className, classNumber, typeName, typeNumber } from '../numbers.ts';
import { concatenate, fromHex, sameOctets, toHex } from '../octets.ts';
import { splitRdata } from '../rdata-layout.ts';
import type { FieldKind } from './field.ts';
import { printField, readField } from './field.ts';
import { readTtl } from './ttl.ts';
import type { NotARecord, Word } from './words.ts';
import { notARecord, splitWords } from './words.ts';

/*
 * Records as people write them: RFC 1035 §5.1, and RFC 3597 §5 for every type. One record at a time, all names
 * complete, class and TTL optional and in either order.
 */

/** How the RDATA of a type is written. Other types are written as octets. */
const LAYOUTS: Readonly<Record<string, readonly FieldKind[]>> = {
  A: ['ipv4'],
  AAAA: ['ipv6'],
  NS: ['name'],
  CNAME: ['name'],
  DNAME: ['name'],
  PTR: ['name'],
  MX: ['u16', 'name'],
  TXT: ['strings'],
  SPF: ['strings'],
  SRV: ['u16', 'u16', 'u16', 'name'],
  SOA: ['name', 'name', 'u32', 'seconds', 'seconds', 'seconds', 'seconds'],
  CAA: ['u8', 'string', 'bare-string'],
  HINFO: ['string', 'string'],
  NAPTR: ['u16', 'u16', 'string', 'string', 'string', 'name'],
  SSHFP: ['u8', 'u8', 'hex'],
  TLSA: ['u8', 'u8', 'u8', 'hex'],
  RRSIG: ['type', 'algorithm', 'u8', 'u32', 'time', 'time', 'u16', 'name', 'base64'],
  DS: ['u16', 'algorithm', 'u8', 'hex'],
  CDS: ['u16', 'algorithm', 'u8', 'hex'],
  DNSKEY: ['u16', 'u8', 'algorithm', 'base64'],
  CDNSKEY: ['u16', 'u8', 'algorithm', 'base64'],
  SVCB: ['u16', 'name', 'service-parameters'],
  HTTPS: ['u16', 'name', 'service-parameters'],
};

/** miekg/dns, defaultTtl: where a record does not say. */
const TTL_SECONDS_DEFAULT = 3600;

/** A record that is in no section yet. */
export type RecordText = Omit<WireRecord, 'section'>;

/** `\# LENGTH HEX` (RFC 3597 §5). */
const readOpaque = ([, length, ...digits]: readonly Word[]): Uint8Array | NotARecord => {
  const octets = fromHex(digits.map(({ text }) => text).join(''));
  if (octets === undefined || !/^\d{1,5}$/.test(length?.text ?? '') || octets.length !== Number(length?.text)) {
    return notARecord('bad \\# LENGTH HEX: the hexadecimal digits are not so many octets');
  }
  return octets;
};

const readFields = (type: number, words: readonly Word[]): Uint8Array | NotARecord => {
  const layout = LAYOUTS[typeName(type)];
  if (layout === undefined) return notARecord(`${typeName(type)} is written as \\# LENGTH HEX`);
  const parts: Uint8Array[] = [];
  let left = words;
  for (const kind of layout) {
    const field = readField(kind, left);
    if ('kind' in field) return notARecord(`bad ${typeName(type)}: ${field.reason}`);
    parts.push(field.octets);
    left = left.slice(field.words);
  }
  const [surplus] = left;
  return surplus === undefined ? concatenate(parts) : notARecord(`garbage after rdata: "${surplus.text}"`);
};

const RDATA_OCTETS_MAX = 0xffff;

const readRdata = (type: number, words: readonly Word[]): Uint8Array | NotARecord => {
  const [first] = words;
  const rdata = first?.text === '\\#' && !first.quoted ? readOpaque(words) : readFields(type, words);
  if ('kind' in rdata) return rdata;
  if (rdata.length > RDATA_OCTETS_MAX) return notARecord('more than 65535 octets of rdata');
  const pieces = splitRdata(rdata, type, 0, rdata.length, { left: 0 });
  return 'kind' in pieces ? notARecord(`these octets are no ${typeName(type)}: ${pieces.reason}`) : rdata;
};

/** What stands between the owner and the RDATA. */
interface Head {
  readonly ttl: number;
  readonly class: number;
  readonly type: number;
  readonly words: number;
}

const readHead = (words: readonly Word[]): Head | NotARecord => {
  let ttl: number | undefined;
  let klass: number | undefined;
  for (const [index, { text, quoted }] of words.entries()) {
    const namedClass = quoted || klass !== undefined ? undefined : classNumber(text);
    const type = quoted ? undefined : typeNumber(text);
    const seconds = quoted || ttl !== undefined ? undefined : readTtl(text);
    if (namedClass !== undefined) klass = namedClass;
    else if (type !== undefined) {
      return { ttl: ttl ?? TTL_SECONDS_DEFAULT, class: klass ?? CLASS.IN, type, words: index + 1 };
    } else if (seconds === undefined) return notARecord(`not a TTL: "${text}"`);
    else ttl = seconds;
  }
  return notARecord(`not a TTL: "${words.at(-1)?.text ?? ''}"`);
};

/** The record that a text says, or why it says none. TTL 3600 and class IN where they are not given, as Go's dns.NewRR. */
export const readRecordText = (text: string): RecordText | NotARecord => {
  const words = splitWords(text);
  if ('kind' in words) return words;
  const [owner, ...rest] = words;
  if (owner === undefined) return notARecord('no record in the text');
  const name = owner.quoted ? undefined : readNameText(owner.text === '@' ? '.' : owner.text);
  if (name === undefined) return notARecord(`bad owner name: "${owner.text}"`);
  if (rest.length === 0) return notARecord(`not a TTL: "${owner.text}"`);
  const head = readHead(rest);
  if ('kind' in head) return head;
  const rdata = readRdata(head.type, rest.slice(head.words));
  return 'kind' in rdata ? rdata : { name, type: head.type, class: head.class, ttl: head.ttl, rdata };
};

/** The RDATA as it is written; `undefined` where reading that would not give the same octets. */
const fieldsText = (type: number, rdata: Uint8Array): string | undefined => {
  const texts: string[] = [];
  let at = 0;
  for (const kind of LAYOUTS[typeName(type)] ?? []) {
    const field = printField(kind, rdata, at);
    if (field === undefined) return undefined;
    texts.push(field.text);
    at = field.end;
  }
  const text = texts.filter((field) => field !== '').join(' ');
  const words = splitWords(text);
  const read = 'kind' in words ? words : readFields(type, words);
  return 'kind' in read || !sameOctets(read, rdata) ? undefined : text;
};

/** The record as it is written; octets where it is of a type, or has RDATA, that cannot be written otherwise. */
export const recordText = ({ name, type, class: klass, ttl, rdata }: RecordText): string => {
  const opaque = ['\\#', rdata.length, toHex(rdata)].filter((part) => part !== '').join(' ');
  return [nameText(name), ttl, className(klass), typeName(type), fieldsText(type, rdata) ?? opaque].join(' ');
};
