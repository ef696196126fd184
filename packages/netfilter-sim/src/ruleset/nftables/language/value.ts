import { readAddress } from '../../../packet/address.ts';
import type { Cursor } from './cursor.ts';
import { readLimit } from './limit.ts';
import { readVerdict } from './verdict.ts';

/** A value in the JSON of nft (libnftables-json(5)). */
export type Value = string | number | boolean | object;

const NUMBER = /^(?:\d{1,15}|0x[\da-f]{1,8})$/i;
const ETHER = /^(?:[\da-f]{2}:){5}[\da-f]{2}$/i;
const DURATION = /^(?=\d+[dhms])(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** `1d2h3m4s` in whole seconds, as the JSON has it; `undefined` where it is no duration. */
export const secondsOf = (text: string): number | undefined => {
  const found = DURATION.exec(text);
  if (found === null) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((part: string | undefined) => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
};

const isEnd = (text: string): boolean => NUMBER.test(text) || ETHER.test(text) || readAddress(text) !== undefined;

/** What one word stands for: a number, a prefix, a range, or the word itself. */
const valueOf = (word: string): Value => {
  if (NUMBER.test(word)) return Number(word);
  const prefix = /^([^/]+)\/(\d{1,3})$/.exec(word);
  if (prefix !== null && readAddress(prefix[1] ?? '') !== undefined) return { prefix: { addr: prefix[1], len: Number(prefix[2]) } };
  for (let dash = word.indexOf('-'); dash > 0; dash = word.indexOf('-', dash + 1)) {
    const [low, high] = [word.slice(0, dash), word.slice(dash + 1)];
    if (isEnd(low) && isEnd(high)) return { range: [valueOf(low), valueOf(high)] };
  }
  return secondsOf(word) ?? word;
};

const readOne = (cursor: Cursor): Value => {
  const { kind, position } = cursor.token;
  if (kind === 'string') {
    const low = cursor.next().text;
    // Times of day: `"10:00"-"12:00"`.
    const isRange = cursor.token.text === '-' && cursor.token.glued && cursor.ahead(1).kind === 'string';
    if (!isRange) return low;
    cursor.next();
    return cursor.placed({ range: [low, cursor.next().text] }, position);
  }
  const value = valueOf(cursor.word('a value'));
  return typeof value === 'object' ? cursor.placed(value, position) : value;
};

/** `established,related`: words of one value have no blank between. */
export const readFlags = (cursor: Cursor): Value => {
  const { position } = cursor.token;
  const words = [readOne(cursor)];
  while (cursor.token.kind === 'mark' && cursor.token.text === ',' && cursor.token.glued && cursor.ahead(1).glued) {
    cursor.next();
    words.push(readOne(cursor));
  }
  const [only = ''] = words;
  return words.length === 1 ? only : cursor.placed(words, position);
};

/** `syn | ack` is one value, too. */
const readBits = (cursor: Cursor, read: (cursor: Cursor) => Value): Value => {
  const { position } = cursor.token;
  let bits = read(cursor);
  while (cursor.take('|')) bits = cursor.placed({ '|': [bits, read(cursor)] }, position);
  return bits;
};

/** `10.0.0.1 . 53`, or a value of one part; in braces commas part the elements. */
export const readParts = (cursor: Cursor, where: 'alone' | 'in braces' = 'alone'): Value => {
  const { position } = cursor.token;
  const read = where === 'alone' ? readFlags : readOne;
  const parts = [readBits(cursor, read)];
  while (cursor.take('.')) {
    cursor.skipLines();
    parts.push(readBits(cursor, read));
  }
  const [only = ''] = parts;
  return parts.length === 1 ? only : cursor.placed({ concat: parts }, position);
};

/** `{ KEY, KEY timeout 5m : DATA, … }` */
export const readElements = (cursor: Cursor): readonly Value[] => {
  const elements: Value[] = [];
  cursor.expect('{');
  for (cursor.skipLines(); !cursor.take('}'); cursor.skipLines()) {
    elements.push(readElement(cursor));
    cursor.skipLines();
    if (!cursor.take(',') && cursor.token.text !== '}') cursor.fail('"," or "}"');
  }
  return elements;
};

const readElement = (cursor: Cursor): Value => {
  const { position } = cursor.token;
  const key = readParts(cursor, 'in braces');
  const more: Record<string, unknown> = {};
  while (!cursor.atLineEnd && cursor.token.text !== ',' && cursor.token.text !== ':') Object.assign(more, readMore(cursor));
  const own = Object.keys(more).length === 0 ? key : cursor.placed({ elem: { val: key, ...more } }, position);
  if (!cursor.take(':')) return own;
  cursor.skipLines();
  return cursor.placed([own, readVerdict(cursor) ?? readParts(cursor, 'in braces')], position);
};

/** What stands behind a key: how long it lives, and what it counts. */
const readMore = (cursor: Cursor): Record<string, unknown> => {
  const expected = '"," or "}"';
  if (!/^[a-z]+$/.test(cursor.token.text)) cursor.fail(expected);
  const name = cursor.word(expected);
  switch (name) {
    case 'timeout':
    case 'expires':
      return { [name]: secondsOf(cursor.word('a duration')) ?? cursor.fail('a duration') };
    case 'comment':
      return { comment: cursor.word('a comment') };
    case 'counter':
      return { counter: readCounter(cursor) };
    case 'limit':
      return { limit: readLimit(cursor) };
    default: {
      // A statement inside that is not known: the reader says so where the element is met.
      while (!cursor.atLineEnd && cursor.token.text !== ',' && cursor.token.text !== ':') cursor.next();
      return { [name]: null };
    }
  }
};

/** `packets 12 bytes 3456`, or nothing. */
export const readCounter = (cursor: Cursor): object | null => {
  if (!cursor.take('packets')) return null;
  const packets = cursor.whole('a number of packets');
  cursor.expect('bytes');
  return { packets, bytes: cursor.whole('a number of bytes') };
};
