import { u8 } from '../octets.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** RFC 4648 §4. `undefined` where the text is none. */
export const fromBase64 = (text: string): Uint8Array | undefined => {
  if (text.length % 4 !== 0 || !/^[A-Za-z\d+/]*={0,2}$/.test(text)) return undefined;
  const digits = Array.from(text.replace(/=+$/, ''), (digit) => ALPHABET.indexOf(digit));
  const octets = new Uint8Array(Math.floor((digits.length * 6) / 8));
  for (let index = 0; index < octets.length; index += 1) {
    const bit = index * 8;
    const [high = 0, low = 0] = digits.slice(Math.floor(bit / 6), Math.floor(bit / 6) + 2);
    octets[index] = (((high << 6) | low) >>> (4 - (bit % 6))) & 0xff;
  }
  return octets;
};

export const toBase64 = (octets: Uint8Array): string => {
  let text = '';
  for (let at = 0; at < octets.length; at += 3) {
    const group = (u8(octets, at) << 16) | (u8(octets, at + 1) << 8) | u8(octets, at + 2);
    const digits = [18, 12, 6, 0].map((shift) => ALPHABET[(group >>> shift) & 63] ?? '').join('');
    text += at + 3 > octets.length ? digits.slice(0, octets.length - at + 1).padEnd(4, '=') : digits;
  }
  return text;
};
