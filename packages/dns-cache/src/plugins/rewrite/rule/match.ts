import { CorefileError } from '../../../corefile/error.ts';
import type { Token } from '../../../corefile/lexer.ts';
import { wrongArguments } from '../../../directive/arguments.ts';
import type { Pattern } from '../../../directive/pattern.ts';
import { takePattern } from '../../../directive/pattern.ts';
import { normalise, qualify } from './name-text.ts';

const TEXT_KINDS = ['exact', 'prefix', 'suffix', 'substring'] as const;

export type MatchKind = (typeof TEXT_KINDS)[number] | 'regex';

/** Which names a rule is for; a text is in lower case. */
export type NameMatch =
  | { readonly kind: (typeof TEXT_KINDS)[number]; readonly text: string }
  | { readonly kind: 'regex'; readonly pattern: Pattern };

/** The whole match and its groups, one for each number; '' for a group that took no part. */
export const groupsOf = (pattern: Pattern, text: string): readonly string[] | undefined => {
  const matcher = pattern.matcher(text);
  if (!matcher.find()) return undefined;
  return Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? '');
};

/**
 * The name that comes of `{N}` replaced by the groups of what the pattern finds in `name`, with its final dot, which the
 * last group may have brought; `undefined` where it finds nothing.
 */
export const substitute = (pattern: Pattern, replacement: string, name: string): string | undefined => {
  const groups = groupsOf(pattern, name);
  return groups && qualify(replacement.replace(/\{(\d+)\}/g, (reference, digits) => groups[Number(digits)] ?? reference));
};

export const matches = (match: NameMatch, name: string): boolean => {
  switch (match.kind) {
    case 'exact':
      return name === match.text;
    case 'prefix':
      return name.startsWith(match.text);
    case 'suffix':
      return name.endsWith(match.text);
    case 'substring':
      return name.includes(match.text);
    case 'regex':
      return match.pattern.test(name);
  }
};

/** The name with `to` in place of what matched; `undefined` where nothing did (CoreDNS plugin/rewrite/name.go). */
export const rewriteName = (match: NameMatch, to: string, name: string): string | undefined => {
  if (match.kind === 'regex') return substitute(match.pattern, to, name);
  if (!matches(match, name)) return undefined;
  switch (match.kind) {
    case 'exact':
      return to;
    case 'prefix':
      return to + name.slice(match.text.length);
    case 'suffix':
      return name.slice(0, name.length - match.text.length) + to;
    case 'substring':
      return name.split(match.text).join(to);
  }
};

/** @throws CorefileError where the replacement names more groups than the pattern has */
export const takeSubstitution = (pattern: Token, replacement: Token): Pattern => {
  const compiled = takePattern(pattern);
  const used = new Set(Array.from(replacement.text.matchAll(/\{(\d+)\}/g), ([, digits]) => Number(digits)));
  used.delete(0);
  const groups = compiled.groupCount();
  if (used.size > groups) {
    const mend = `${groups} ${groups === 1 ? 'group is' : 'groups are'} in '${pattern.text}'`;
    throw new CorefileError(replacement, `'${replacement.text}' uses more subexpressions than its pattern has`, mend);
  }
  return compiled;
};

/** @param spelled `normalise`, or what else a rule's texts are compared as */
export const readMatch = (kind: MatchKind, token: Token, spelled = normalise): NameMatch =>
  kind === 'regex' ? { kind, pattern: takePattern(token) } : { kind, text: spelled(token.text) };

export const takeMatchKind = (token: Token, field: string): MatchKind => {
  const wanted = token.text.toLowerCase();
  const kind = [...TEXT_KINDS, 'regex' as const].find((known) => known === wanted);
  if (kind === undefined) {
    const mend = `a ${field} rule matches names by exact, prefix, suffix, substring or regex`;
    throw new CorefileError(token, `unknown way to match names: '${token.text}'`, mend);
  }
  return kind;
};

/** The words of a rule: how it matches names, the name, and what follows. */
export interface MatchWords {
  readonly kind: MatchKind;
  readonly name: Token;
  readonly rest: readonly Token[];
}

/** `[KIND] NAME` and so many words more. Without KIND it is exact. */
export const splitMatch = (field: Token, words: readonly Token[], following: number, mend: string): MatchWords => {
  const [first = field, second = field, ...others] = words;
  const surplus = words[following + 2];
  if (words.length < following + 1) throw wrongArguments(words.at(-1) ?? field, mend);
  if (surplus !== undefined) throw wrongArguments(surplus, mend);
  if (words.length === following + 1) return { kind: 'exact', name: first, rest: words.slice(1) };
  return { kind: takeMatchKind(first, field.text), name: second, rest: others };
};

export const matchText = (match: NameMatch): string =>
  `${match.kind} ${match.kind === 'regex' ? JSON.stringify(match.pattern.pattern()) : match.text}`;
