import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** RFC 4648 §6. */
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const LENGTH = 16;

/** Sixteen letters that stand for these words written together: names of chains may not be longer than 28. */
export const hashedName = (...words: readonly string[]): string => {
  const octets = sha256(utf8ToBytes(words.join('')));
  let [bits, waiting, name] = [0, 0, ''];
  for (const octet of octets.subarray(0, (LENGTH * 5) / 8)) {
    bits = (bits << 8) | octet;
    waiting += 8;
    while (waiting >= 5) {
      waiting -= 5;
      name += BASE32[(bits >> waiting) & 31];
    }
    bits &= (1 << waiting) - 1;
  }
  return name;
};
