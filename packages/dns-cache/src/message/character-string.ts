import { concatenate } from './octets.ts';

/** RFC 1035 §3.3: one octet says how many follow. */
const CHARACTER_STRING_OCTETS_MAX = 255;

/** UTF-8, without the TextEncoder that a core does not have. */
export const utf8Octets = (text: string): Uint8Array =>
  Uint8Array.from(encodeURIComponent(text).matchAll(/%([\dA-F]{2})|./g), ([character, hex]) =>
    hex === undefined ? character.charCodeAt(0) : Number.parseInt(hex, 16),
  );

/** A character-string of RDATA, cut to the longest that there can be. */
export const characterString = (text: string): Uint8Array => {
  const octets = utf8Octets(text).subarray(0, CHARACTER_STRING_OCTETS_MAX);
  return concatenate([Uint8Array.of(octets.length), octets]);
};
