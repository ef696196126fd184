/** Octets and numbers in network order. Positions outside the array read as zero: callers have checked bounds. */

export const u8 = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;

export const u16 = (bytes: Uint8Array, at: number): number => (u8(bytes, at) << 8) | u8(bytes, at + 1);

export const u32 = (bytes: Uint8Array, at: number): number => u16(bytes, at) * 0x10000 + u16(bytes, at + 2);

/** Up to here octets are copied one by one: a view of them, as `set` wants it, costs more. */
const COPIED_SINGLY_MAX = 160;

/** Writes the octets from `start` to `end` into others. */
export const putOctets = (into: Uint8Array, at: number, bytes: Uint8Array, start = 0, end = bytes.length): void => {
  if (end - start > COPIED_SINGLY_MAX) into.set(bytes.subarray(start, end), at);
  else for (let index = start; index < end; index += 1) into[at + index - start] = bytes[index] ?? 0;
};

/** Up to here V8 has an array's octets in its own heap, which costs next to nothing (`typed_array_max_size_in_heap`). */
const IN_HEAP_OCTETS_MAX = 64;

/** Beyond that each array has its memory from the C library and is known to the collector: half a microsecond, where a part of this takes a tenth. */
const POOL_OCTETS = 16384;
const POOLED_OCTETS_MAX = 1024;
let pool = new Uint8Array(POOL_OCTETS);
let pooled = 0;

/**
 * So many octets, all zero, that are nobody else's. What is to be kept for long does not belong here: others are in the same
 * `buffer`, which stays as long as any of them.
 */
export const newOctets = (length: number): Uint8Array => {
  if (length <= IN_HEAP_OCTETS_MAX || length > POOLED_OCTETS_MAX) return new Uint8Array(length);
  if (pooled + length > pool.length) {
    pool = new Uint8Array(POOL_OCTETS);
    pooled = 0;
  }
  pooled += length;
  return pool.subarray(pooled - length, pooled);
};

/** Octets whose `buffer` has nothing else in it: a message to another thread takes all of that along. */
export const aloneOctets = (bytes: Uint8Array): Uint8Array => (bytes.buffer.byteLength === bytes.length ? bytes : new Uint8Array(bytes));

/** A copy in memory that no caller has. (`slice` of a Buffer, which callers may hand in, would share its memory.) */
export const copyOctets = (bytes: Uint8Array, start = 0, end = bytes.length): Uint8Array => {
  const copy = newOctets(end - start);
  putOctets(copy, 0, bytes, start, end);
  return copy;
};

export const setU16 = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = (value >>> 8) & 0xff;
  bytes[at + 1] = value & 0xff;
};

export const setU32 = (bytes: Uint8Array, at: number, value: number): void => {
  setU16(bytes, at, value >>> 16);
  setU16(bytes, at + 2, value & 0xffff);
};

export const fromU16 = (...values: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(values.length * 2);
  for (const [index, value] of values.entries()) setU16(bytes, index * 2, value);
  return bytes;
};

export const concatenate = (parts: readonly Uint8Array[]): Uint8Array => {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    putOctets(whole, at, part);
    at += part.length;
  }
  return whole;
};

export const sameOctets = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
};

/** One character per octet: octets as a map key or as text, without any decoding that could merge two of them. */
export const latin1 = (bytes: Uint8Array, start = 0, end = bytes.length): string => {
  let text = '';
  for (let at = start; at < end; at += 1) text += String.fromCharCode(u8(bytes, at));
  return text;
};

const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** By character; 16 is none. */
const DIGIT_VALUES = Uint8Array.from({ length: 256 }, (_, character) => {
  const value = Number.parseInt(String.fromCharCode(character), 16);
  return Number.isNaN(value) ? 16 : value;
});

/** A call takes no more arguments than fit on the stack. */
const CHARACTERS_AT_ONCE = 4096;

/** All that a server has cached is written so while queries wait: a text for each octet would take seconds. */
export const toHex = (bytes: Uint8Array): string => {
  const digits = new Uint8Array(bytes.length * 2);
  for (let at = 0; at < bytes.length; at += 1) {
    const octet = u8(bytes, at);
    digits[2 * at] = u8(DIGITS, octet >> 4);
    digits[2 * at + 1] = u8(DIGITS, octet & 15);
  }
  let text = '';
  // Not spread: that goes from octet to octet by an iterator, eight times as slow.
  for (let at = 0; at < digits.length; at += CHARACTERS_AT_ONCE) text += Reflect.apply(String.fromCharCode, null, digits.subarray(at, at + CHARACTERS_AT_ONCE));
  return text;
};

/** `undefined` where the text is not pairs of hexadecimal digits. */
export const fromHex = (text: string): Uint8Array | undefined => {
  if (text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at += 1) {
    const high = DIGIT_VALUES[text.charCodeAt(2 * at)] ?? 16;
    const low = DIGIT_VALUES[text.charCodeAt(2 * at + 1)] ?? 16;
    if (high > 15 || low > 15) return undefined;
    bytes[at] = (high << 4) | low;
  }
  return bytes;
};
