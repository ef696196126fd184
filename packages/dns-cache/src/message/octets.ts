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

/** A copy in memory of its own. (`slice` of a Buffer, which callers may hand in, would share its memory.) */
export const copyOctets = (bytes: Uint8Array, start = 0, end = bytes.length): Uint8Array => {
  const copy = new Uint8Array(end - start);
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

export const toHex = (bytes: Uint8Array): string => {
  let text = '';
  for (const octet of bytes) text += octet.toString(16).padStart(2, '0');
  return text;
};

/** `undefined` where the text is not pairs of hexadecimal digits. */
export const fromHex = (text: string): Uint8Array | undefined =>
  /^(?:[\da-f]{2})*$/i.test(text)
    ? Uint8Array.from({ length: text.length / 2 }, (_, index) => Number.parseInt(text.slice(2 * index, 2 * index + 2), 16))
    : undefined;
