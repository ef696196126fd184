/**
 * A word as `iptables-save` prints it: in quotes unless it is made of letters, digits, `_` and `-`
 * (xtables_save_string, iptables 1.8.9).
 */
export const quote = (word: string): string =>
  /^[\w-]+$/.test(word) ? word : `"${word.replaceAll(/["\\']/g, String.raw`\$&`)}"`;
