import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** RFC 4648 §6. */
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The first letters of what stands for a text: names of chains may not be as long as those of Services. @param length 0 to 51 */
export const hashedName = (text: string, length: number): string => {
  const octets = sha256(utf8ToBytes(text));
  let [bits, waiting, name] = [0, 0, ''];
  for (const octet of octets) {
    bits = (bits << 8) | octet;
    waiting += 8;
    while (waiting >= 5) {
      waiting -= 5;
      name += BASE32[(bits >> waiting) & 31];
    }
    bits &= (1 << waiting) - 1;
  }
  return name.slice(0, length);
};
