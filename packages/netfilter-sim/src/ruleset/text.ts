/**
 * A word as `iptables-save` prints it: in quotes only where it must
 * (xtables_save_string, iptables 1.8.9).
 */
export const quote = (word: string): string =>
  /^[\w@%+=:.,/-]+$/.test(word) && !/["'\\]/.test(word) ? word : `"${word.replaceAll(/["\\']/g, String.raw`\$&`)}"`;

/** Length in bytes as the kernel counts them. */
export const utf8Bytes = (text: string): number => encodeURIComponent(text).replaceAll(/%../g, '.').length;
