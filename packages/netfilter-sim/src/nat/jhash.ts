/** The kernel's hash (include/linux/jhash.h): it spreads flows over addresses. */
const JHASH_INITVAL = 0xdeadbeef;

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** Of 32-bit words. */
export const jhash2 = (words: readonly number[], initial: number): number => hash(words, words.length << 2, initial);

/** Of octets, which count as words of a little-endian processor; the last is filled up with zeros. */
export const jhash = (octets: readonly number[], initial: number): number => {
  const at = (index: number): number => octets[index] ?? 0;
  const words = Array.from({ length: Math.ceil(octets.length / 4) }, (_, word) => at(4 * word) | (at(4 * word + 1) << 8) | (at(4 * word + 2) << 16) | (at(4 * word + 3) << 24));
  return hash(words, octets.length, initial);
};

const hash = (words: readonly number[], length: number, initial: number): number => {
  let a = (JHASH_INITVAL + length + initial) | 0;
  let b = a;
  let c = a;
  const at = (index: number): number => words[index] ?? 0;
  let index = 0;
  for (; words.length - index > 3; index += 3) {
    a = (a + at(index)) | 0;
    b = (b + at(index + 1)) | 0;
    c = (c + at(index + 2)) | 0;
    a = ((a - c) ^ rotate(c, 4)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ rotate(a, 6)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ rotate(b, 8)) | 0;
    b = (b + a) | 0;
    a = ((a - c) ^ rotate(c, 16)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ rotate(a, 19)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ rotate(b, 4)) | 0;
    b = (b + a) | 0;
  }
  const left = words.length - index;
  if (left === 0) return c >>> 0;
  if (left >= 3) c = (c + at(index + 2)) | 0;
  if (left >= 2) b = (b + at(index + 1)) | 0;
  a = (a + at(index)) | 0;
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  return c >>> 0;
};
