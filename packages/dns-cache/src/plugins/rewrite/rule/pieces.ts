import { CorefileError } from '../../../corefile/error.ts';
import type { Token } from '../../../corefile/lexer.ts';
import type { Pattern } from '../../../directive/pattern.ts';
import type { Labels } from '../../../plugin/labels.ts';
import { isLabel } from '../../../plugin/labels.ts';
import { groupsOf } from './match.ts';
import { foldAscii, qualify } from './name-text.ts';

/** A piece of a new name: as it stands, what a group of the pattern took, or what is known under a label. */
export type NamePiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'group'; readonly group: number }
  | { readonly kind: 'label'; readonly label: string };

const MEND = 'write {N} for a group and {plugin/label} for a label';

const readPlaceholder = (token: Token, inner: string, groups: number): NamePiece => {
  if (/^[+-]?\d+$/.test(inner)) {
    const group = Number(inner);
    if (group < 0 || group > groups) throw new CorefileError(token, `capture group ${inner} does not exist in name matching pattern`, MEND);
    return { kind: 'group', group };
  }
  if (!isLabel(inner)) throw new CorefileError(token, `invalid metadata label '${inner}' in name replacement`, MEND);
  return { kind: 'label', label: inner };
};

/** @throws CorefileError where braces do not fit, or hold neither a group of the pattern nor a label (plugin/rewrite/name_metadata.go) */
export const readPieces = (token: Token, pattern: Pattern): readonly NamePiece[] =>
  // Braces that are closed, one by one, and what lies between them.
  (qualify(token.text).match(/\{[^}]*\}?|[^{]+/g) ?? []).map((part): NamePiece => {
    if (!part.startsWith('{')) {
      if (part.includes('}')) throw new CorefileError(token, 'unmatched closing brace in metadata name replacement', MEND);
      return { kind: 'text', text: foldAscii(part) };
    }
    if (!part.endsWith('}')) throw new CorefileError(token, 'unclosed placeholder in metadata name replacement', MEND);
    return readPlaceholder(token, part.slice(1, -1), pattern.groupCount());
  });

const valueOf = (piece: NamePiece, groups: readonly string[], labels: Labels | undefined): string | undefined => {
  switch (piece.kind) {
    case 'text':
      return piece.text;
    case 'group':
      return groups[piece.group] ?? '';
    case 'label': {
      const value = labels?.get(piece.label) ?? '';
      return value === '' ? undefined : foldAscii(value);
    }
  }
};

/** The new name; `undefined` where the pattern does not find anything, or nothing is known under a label. */
export const joinPieces = (pieces: readonly NamePiece[], pattern: Pattern, name: string, labels: Labels | undefined): string | undefined => {
  const groups = groupsOf(pattern, name);
  if (groups === undefined) return undefined;
  const values = pieces.map((piece) => valueOf(piece, groups, labels));
  return values.includes(undefined) ? undefined : values.join('');
};
