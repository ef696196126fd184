import { CorefileError } from '../../../corefile/error.ts';
import type { Token } from '../../../corefile/lexer.ts';
import { rcodeNumber } from '../../../message/numbers.ts';
import { readMatch, splitMatch, takeSubstitution } from '../rule/match.ts';
import { foldAscii, qualify } from '../rule/name-text.ts';
import type { Change } from '../rule/rule.ts';

/** RFC 2181 §8. */
const TTL_SECONDS_MAX = 2_147_483_647;

const TTL_MEND = `write SECONDS, MIN-MAX, MIN- or -MAX, each 0 to ${TTL_SECONDS_MAX}`;

/** `SECONDS`, `MIN-MAX`, `MIN-` or `-MAX`. */
const readTtlRange = (token: Token): { readonly least: number; readonly most: number } => {
  const [, low = '', dash = '', high = ''] = /^(\d*)(-?)(\d*)$/.exec(token.text) ?? [];
  const least = low === '' ? 0 : Number(low);
  const most = dash === '' ? least : high === '' ? TTL_SECONDS_MAX : Number(high);
  if ((low === '' && high === '') || least > most || most > TTL_SECONDS_MAX) {
    throw new CorefileError(token, `invalid TTL '${token.text}' for a ttl rule`, TTL_MEND);
  }
  return { least, most };
};

/** `ttl [KIND] NAME SECONDS` (CoreDNS plugin/rewrite/ttl.go). */
export const readTtl = (field: Token, words: readonly Token[]): Change => {
  const { kind, name, rest } = splitMatch(field, words, 1, 'write ttl [KIND] NAME SECONDS');
  return { kind: 'ttl', match: readMatch(kind, name), ...readTtlRange(rest[0] ?? field) };
};

/** CoreDNS takes numbers up to BADCOOKIE. */
const RCODE_MAX = 23;

const readRcode = (token: Token, what: string): number => {
  const number = /^\d+$/.test(token.text) ? Number(token.text) : rcodeNumber(token.text);
  if (number === undefined || number > RCODE_MAX) {
    const mend = `write its name, as NXDOMAIN, or 0 to ${RCODE_MAX}`;
    throw new CorefileError(token, `invalid ${what} RCODE '${token.text}' for a rcode rule`, mend);
  }
  return number;
};

/** `rcode [KIND] NAME FROM TO` (CoreDNS plugin/rewrite/rcode.go). */
export const readRcodeRule = (field: Token, words: readonly Token[]): Change => {
  const { kind, name, rest } = splitMatch(field, words, 2, 'write rcode [KIND] NAME FROM TO');
  const [from = field, to = field] = rest;
  const numbers = { from: readRcode(from, 'matching'), to: readRcode(to, 'replacement') };
  return { kind: 'rcode', match: readMatch(kind, name), ...numbers };
};

/**
 * `cname [KIND] FROM TO` (CoreDNS plugin/rewrite/cname_target.go). Texts that end a name get its final dot; CoreDNS
 * would never match without one. A prefix or a substring is compared as it is written.
 */
export const readCname = (field: Token, words: readonly Token[]): Change => {
  const { kind, name, rest } = splitMatch(field, words, 1, 'write cname [KIND] FROM TO');
  const [to = field] = rest;
  const endsName = kind === 'exact' || kind === 'suffix';
  const spelled = (text: string): string => (endsName ? qualify(foldAscii(text)) : foldAscii(text));
  if (kind === 'regex') {
    return { kind: 'cname', match: { kind, pattern: takeSubstitution(name, to) }, to: foldAscii(to.text) };
  }
  return { kind: 'cname', match: readMatch(kind, name, spelled), to: spelled(to.text) };
};
