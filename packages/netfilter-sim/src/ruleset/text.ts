/**
 * A word as `iptables-save` prints it: in quotes unless it is made of letters, digits, `_` and `-`
 * (xtables_save_string, iptables 1.8.9).
 */
export const quote = (word: string): string =>
  /^[\w-]+$/.test(word) ? word : `"${word.replaceAll(/["\\']/g, String.raw`\$&`)}"`;

const bytesOf = (character: string): number => {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x1_0000 ? 3 : 4;
};

/** Length in bytes of UTF-8 as the kernel counts them. */
export const utf8Bytes = (text: string): number => {
  let bytes = 0;
  for (const character of text) bytes += bytesOf(character);
  return bytes;
};

/** As much of the beginning as fits into so many bytes of UTF-8. */
export const truncateUtf8 = (text: string, bytesMax: number): string => {
  let kept = '';
  let bytes = 0;
  for (const character of text) {
    bytes += bytesOf(character);
    if (bytes > bytesMax) break;
    kept += character;
  }
  return kept;
};
