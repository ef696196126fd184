import { plainAddress, readPort } from '../../address.ts';
import { COMMENTS } from './rule.ts';
import type { Rule } from './rule.ts';
import { wordsOf } from './words.ts';

/** A rule that has a comment of node-cache or of ours. */
export interface OurRule {
  readonly end: Rule['end'];
  /** Canonical; '' where the rule has none. */
  readonly address: string;
  /** `undefined`: none, or not a plain one. */
  readonly port: number | undefined;
}

const after = (words: readonly string[], ...flags: readonly string[]): string | undefined => {
  const index = words.findIndex((word) => flags.includes(word));
  return index < 0 ? undefined : words[index + 1];
};

/** `undefined` where the rule is a foreign one. */
export const readOurs = (spec: string): OurRule | undefined => {
  const words = wordsOf(spec);
  if (!COMMENTS.includes(after(words, '--comment') ?? '')) return undefined;
  const end = words.includes('-s') ? 'source' : 'destination';
  const [address = ''] = (after(words, '-s', '-d') ?? '').split('/');
  return { end, address: plainAddress(address), port: readPort(after(words, '--dport', '--sport') ?? '') };
};

/**
 * The same for all spellings of an address, and for both of the target: NOTRACK is CT --notrack under an older name, and which
 * of the two `iptables-save` prints depends on the kernel and the version (libxt_CT.c, ct_print_name_alias).
 */
export const comparable = (spec: string): string =>
  spec
    .replace(/(^| )(-[sd]) ([^ /]+)/, (_, before: string, flag: string, address: string) => `${before}${flag} ${plainAddress(address)}`)
    .replace(/ -j CT --notrack$/, ' -j NOTRACK');
