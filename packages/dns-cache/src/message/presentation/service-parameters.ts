import { addressOctets, ipv6Groups, octetsText } from '../../address.ts';
import { concatenate, fromU16, u16 } from '../octets.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { quoteOctets, textOctets } from './text-octets.ts';
import type { NotARecord, Word } from './words.ts';
import { notARecord } from './words.ts';

/** RFC 9460 §14.3.2, in the order of their numbers. */
const KEYS = ['mandatory', 'alpn', 'no-default-alpn', 'port', 'ipv4hint', 'ech', 'ipv6hint', 'dohpath', 'ohttp'];

const keyNumber = (text: string): number | undefined => {
  const known = KEYS.indexOf(text);
  if (known >= 0) return known;
  const digits = /^key(\d{1,5})$/.exec(text)?.[1];
  return digits === undefined || Number(digits) > 0xffff ? undefined : Number(digits);
};

const keyText = (key: number): string => KEYS[key] ?? `key${key}`;

const eachOf = (value: string, read: (item: string) => Uint8Array | undefined): Uint8Array | undefined => {
  const items: Uint8Array[] = [];
  for (const item of value.split(',')) {
    const octets = read(item);
    if (octets === undefined) return undefined;
    items.push(octets);
  }
  return concatenate(items);
};

const readIpv4 = (text: string): Uint8Array | undefined => {
  const octets = text.includes(':') ? undefined : addressOctets(text);
  return octets && Uint8Array.from(octets);
};

const readIpv6 = (text: string): Uint8Array | undefined => {
  const groups = text.includes(':') ? ipv6Groups(text) : undefined;
  return groups && fromU16(...groups);
};

const readAlpn = (text: string): Uint8Array | undefined => {
  const octets = textOctets(text);
  const fits = octets !== undefined && octets.length > 0 && octets.length < 256;
  return fits ? concatenate([Uint8Array.of(octets.length), octets]) : undefined;
};

/** RFC 9460 §7, §8; of a key that we do not know, the octets themselves. */
const readValue = (key: number, value: string): Uint8Array | undefined => {
  switch (keyText(key)) {
    case 'mandatory': {
      const numbers = value.split(',').map(keyNumber);
      const known = numbers.filter((number) => number !== undefined && number !== 0).toSorted((a = 0, b = 0) => a - b);
      return known.length === numbers.length ? fromU16(...known.map((number = 0) => number)) : undefined;
    }
    case 'alpn':
      return eachOf(value, readAlpn);
    case 'no-default-alpn':
    case 'ohttp':
      return value === '' ? new Uint8Array() : undefined;
    case 'port':
      return /^\d{1,5}$/.test(value) && Number(value) <= 0xffff ? fromU16(Number(value)) : undefined;
    case 'ipv4hint':
      return eachOf(value, readIpv4);
    case 'ipv6hint':
      return eachOf(value, readIpv6);
    case 'ech':
      return fromBase64(value);
    default:
      return textOctets(value);
  }
};

/** `KEY=VALUE`, `KEY="VALUE"`, which is two words here, or `KEY`. */
export const readServiceParameters = (words: readonly Word[]): Uint8Array | NotARecord => {
  const parameters = new Map<number, Uint8Array>();
  for (let at = 0; at < words.length; at += 1) {
    const { text = '', quoted = false } = words[at] ?? {};
    const [, name = '', equals = '', bare = ''] = /^([^=]*)(=?)(.*)$/s.exec(text) ?? [];
    const key = quoted ? undefined : keyNumber(name);
    const next = words[at + 1];
    const continues = equals !== '' && bare === '' && next?.quoted === true;
    if (continues) at += 1;
    const value = key === undefined ? undefined : readValue(key, continues ? (next?.text ?? '') : bare);
    if (key === undefined || value === undefined || parameters.has(key)) return notARecord(`bad service parameter: "${text}"`);
    parameters.set(key, value);
  }
  // RFC 9460 §2.2: in the order of their keys.
  const sorted = [...parameters].toSorted(([one], [other]) => one - other);
  return concatenate(sorted.flatMap(([key, value]) => [fromU16(key, value.length), value]));
};

const chunks = (value: Uint8Array, size: number): readonly Uint8Array[] =>
  Array.from({ length: value.length / size }, (_, index) => value.subarray(index * size, (index + 1) * size));

const valueText = (key: number, value: Uint8Array): string => {
  switch (keyText(key)) {
    case 'mandatory':
      return chunks(value, 2).map((pair) => keyText(u16(pair, 0))).join(',');
    case 'port':
      return String(u16(value, 0));
    case 'ipv4hint':
      return chunks(value, 4).map((octets) => octetsText([...octets])).join(',');
    case 'ipv6hint':
      return chunks(value, 16).map((octets) => octetsText([...octets])).join(',');
    case 'ech':
      return toBase64(value);
    case 'alpn': {
      const protocols: string[] = [];
      for (let at = 0; at < value.length; at += (value[at] ?? 0) + 1) {
        protocols.push(quoteOctets(value, at + 1, at + 1 + (value[at] ?? 0)).slice(1, -1));
      }
      return `"${protocols.join(',')}"`;
    }
    default:
      return quoteOctets(value);
  }
};

/** The parameters from `at` on; `undefined` where they do not fill the octets. */
export const serviceParametersText = (rdata: Uint8Array, from: number): string | undefined => {
  const texts: string[] = [];
  let at = from;
  while (at < rdata.length) {
    const end = at + 4 + u16(rdata, at + 2);
    if (at + 4 > rdata.length || end > rdata.length) return undefined;
    const key = u16(rdata, at);
    texts.push(end === at + 4 ? keyText(key) : `${keyText(key)}=${valueText(key, rdata.subarray(at + 4, end))}`);
    at = end;
  }
  return texts.join(' ');
};
