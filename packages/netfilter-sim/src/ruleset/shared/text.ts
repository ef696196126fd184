/** The bytes of UTF-8; half a surrogate pair becomes U+FFFD. */
export const encodeUtf8 = (text: string): readonly number[] => {
  const bytes: number[] = [];
  for (const character of text) {
    const found = character.codePointAt(0) ?? 0;
    const code = found >= 0xd800 && found <= 0xdfff ? 0xfffd : found;
    const tail = (shift: number): number => 0x80 | ((code >> shift) & 0x3f);
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), tail(0));
    else if (code < 0x1_0000) bytes.push(0xe0 | (code >> 12), tail(6), tail(0));
    else bytes.push(0xf0 | (code >> 18), tail(12), tail(6), tail(0));
  }
  return bytes;
};

/** Length in bytes of UTF-8 as the kernel counts them. */
export const utf8Bytes = (text: string): number => encodeUtf8(text).length;

/** As much of the beginning as fits into so many bytes of UTF-8. */
export const truncateUtf8 = (text: string, bytesMax: number): string => {
  let kept = '';
  let bytes = 0;
  for (const character of text) {
    bytes += utf8Bytes(character);
    if (bytes > bytesMax) break;
    kept += character;
  }
  return kept;
};
