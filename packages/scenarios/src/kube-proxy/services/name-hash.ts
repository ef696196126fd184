/*
 * kube-proxy names its chains after the SHA-256 of what they are for, in base 32. The core imports nothing of Node's, and the
 * browser's digest answers later only; so it is worked out here (FIPS 180-4, RFC 4648 §6).
 */

const primes = (): readonly number[] => {
  const found: number[] = [];
  for (let candidate = 2; found.length < 64; candidate += 1) if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  return found;
};

/** The largest whole number whose power is not above `of`. */
const wholeRoot = (of: bigint, power: bigint): bigint => {
  let [low, high] = [0n, 1n << 40n];
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** power <= of) low = middle;
    else high = middle - 1n;
  }
  return low;
};

/** The first 32 bits of the fraction of a prime's root: 32 bits times the power are put behind the point before it is drawn. */
const fractionOfRoot = (prime: number, power: bigint): number => Number(wholeRoot(BigInt(prime) << (32n * power), power) & 0xffff_ffffn) | 0;

const START = Int32Array.from(primes().slice(0, 8), (prime) => fractionOfRoot(prime, 2n));
const ROUNDS = Int32Array.from(primes(), (prime) => fractionOfRoot(prime, 3n));

const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

const at = (words: Int32Array, index: number): number => words[index] ?? 0;

/** The message (names in Kubernetes are ASCII), a bit that is set, zeros, and its length in bits: whole blocks of 64 bytes. */
const padded = (text: string): DataView => {
  const message = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const bytes = new Uint8Array((((message.length + 8) >> 6) + 1) * 64);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(bytes.length - 4, message.length * 8);
  return view;
};

const schedule = (view: DataView, block: number): Int32Array => {
  const words = new Int32Array(64);
  for (let index = 0; index < 16; index += 1) words[index] = view.getInt32(block + index * 4);
  for (let index = 16; index < 64; index += 1) {
    const [early, late] = [at(words, index - 15), at(words, index - 2)];
    const first = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
    const second = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    words[index] = at(words, index - 16) + first + at(words, index - 7) + second;
  }
  return words;
};

const afterBlock = (state: Int32Array, words: Int32Array): Int32Array => {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let index = 0; index < 64; index += 1) {
    const chosen = (e & f) ^ (~e & g);
    const first = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + chosen + at(ROUNDS, index) + at(words, index)) | 0;
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const second = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + majority) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  return Int32Array.from([a, b, c, d, e, f, g, h], (word, index) => word + at(state, index));
};

const sha256 = (text: string): bigint => {
  const view = padded(text);
  let state: Int32Array = START;
  for (let block = 0; block < view.byteLength; block += 64) state = afterBlock(state, schedule(view, block));
  return state.reduce((bits, word) => (bits << 32n) | BigInt(word >>> 0), 0n);
};

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The first letters of the hash, of A to Z and 2 to 7; `length` 1 to 51. */
export const nameHash = (text: string, length: number): string => {
  const hash = sha256(text);
  return Array.from({ length }, (_, index) => LETTERS[Number((hash >> BigInt(251 - index * 5)) & 31n)]).join('');
};
