import { utf8Octets } from '../character-string.ts';
import { u8 } from '../octets.ts';

/** The octets of text: `\DDD` is an octet, `\X` the character itself (RFC 1035 §5.1). `undefined` for a broken escape. */
export const textOctets = (text: string): Uint8Array | undefined => {
  const octets: number[] = [];
  for (const [whole, digits, escaped] of text.matchAll(/\\(?:(\d{3})|([^]?))|[^\\]+/g)) {
    if (digits !== undefined) {
      if (Number(digits) > 255) return undefined;
      octets.push(Number(digits));
    } else if (escaped === undefined) octets.push(...utf8Octets(whole));
    else {
      if (escaped === '' || /\d/.test(escaped)) return undefined;
      octets.push(...utf8Octets(escaped));
    }
  }
  return Uint8Array.from(octets);
};

/** The octets from `at` to `end` in quotes. */
export const quoteOctets = (octets: Uint8Array, at = 0, end = octets.length): string => {
  let text = '';
  for (let position = at; position < end; position += 1) {
    const octet = u8(octets, position);
    if (octet < 0x20 || octet > 0x7e) text += `\\${String(octet).padStart(3, '0')}`;
    else text += octet === 0x22 || octet === 0x5c ? `\\${String.fromCharCode(octet)}` : String.fromCharCode(octet);
  }
  return `"${text}"`;
};
