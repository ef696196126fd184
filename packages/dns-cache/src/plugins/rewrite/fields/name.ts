import { CorefileError } from '../../../corefile/error.ts';
import type { Token } from '../../../corefile/lexer.ts';
import { wrongArguments } from '../../../directive/arguments.ts';
import { takePattern } from '../../../directive/pattern.ts';
import type { MatchKind } from '../rule/match.ts';
import { readMatch, takeMatchKind, takeSubstitution } from '../rule/match.ts';
import { foldAscii, normalise } from '../rule/name-text.ts';
import { readPieces } from '../rule/pieces.ts';
import type { Change, Revert } from '../rule/rule.ts';

type NameRevert = Extract<Revert, { kind: 'name' | 'value' }>;

interface Answers {
  readonly auto: boolean;
  readonly explicit: readonly NameRevert[];
}

const ANSWER_MEND = 'write answer auto, answer name FROM TO or answer value FROM TO';

/** `answer auto`, `answer name FROM TO`, `answer value FROM TO`; after the first one `answer` may be missing. */
const readAnswers = (words: readonly Token[]): Answers => {
  const explicit: NameRevert[] = [];
  let auto = false;
  let firstName: Token | undefined;
  const queue = [...words];
  for (let word = queue.shift(), first = true; word !== undefined; word = queue.shift(), first = false) {
    if (first && word.text !== 'answer') throw new CorefileError(word, `unexpected argument '${word.text}'`, ANSWER_MEND);
    const what: Token | undefined = word.text === 'answer' ? queue.shift() : word;
    switch (what?.text) {
      case 'auto':
        auto = true;
        break;
      case 'name':
      case 'value': {
        const [from, to] = queue.splice(0, 2);
        if (from === undefined || to === undefined) throw wrongArguments(from ?? what, ANSWER_MEND);
        const rewrite = { kind: 'regex', pattern: takeSubstitution(from, to), to: foldAscii(to.text) } as const;
        explicit.push({ kind: what.text, rewrite });
        if (what.text === 'name') firstName ??= what;
        break;
      }
      case undefined:
        throw wrongArguments(word, ANSWER_MEND);
      default:
        throw new CorefileError(what ?? word, `invalid type '${what?.text ?? ''}' for an answer rule`, ANSWER_MEND);
    }
  }
  if (auto && firstName !== undefined) {
    throw new CorefileError(firstName, 'answer name cannot be combined with answer auto', 'leave one of them out');
  }
  return { auto, explicit };
};

const readKind = (words: readonly Token[]): { readonly kind: MatchKind; readonly rest: readonly Token[] } => {
  const [first, ...rest] = words;
  if (words.length < 3 || first === undefined) return { kind: 'exact', rest: words };
  return { kind: takeMatchKind(first, 'name'), rest };
};

/** The answer to an exact rule is always turned back; that to a suffix rule by the suffixes, for all names there are. */
const readChange = (kind: MatchKind, from: Token, to: Token, withLabels: boolean, { auto, explicit }: Answers): Change => {
  if (kind === 'regex') {
    const pattern = withLabels ? takePattern(from) : takeSubstitution(from, to);
    const pieces = withLabels ? readPieces(to, pattern) : undefined;
    return { kind: 'name', match: { kind, pattern }, to: foldAscii(to.text), pieces, auto, answers: explicit };
  }
  const target = normalise(to.text);
  const match = readMatch(kind, from);
  if (kind !== 'suffix' || !auto) {
    return { kind: 'name', match, to: target, pieces: undefined, auto: auto || kind === 'exact', answers: explicit };
  }
  const rewrite = { kind: 'suffix', from: target, to: normalise(from.text) } as const;
  const answers = [{ kind: 'name', rewrite } as const, { kind: 'value', rewrite } as const, ...explicit];
  return { kind: 'name', match, to: target, pieces: undefined, auto: false, answers };
};

/** `name [KIND] FROM TO [answer ...]`, `name regex FROM TO metadata [answer ...]` (CoreDNS plugin/rewrite/name.go). */
export const readName = (field: Token, words: readonly Token[]): Change => {
  const { kind, rest } = readKind(words);
  const [from, to, ...answers] = rest;
  if (from === undefined || to === undefined) {
    throw wrongArguments(words.at(-1) ?? field, 'write name [exact|prefix|suffix|substring|regex] FROM TO');
  }
  const [word] = answers;
  const withLabels = word?.text === 'metadata';
  if (withLabels && kind !== 'regex') throw new CorefileError(word, 'metadata is only supported for regex name rules', 'write name regex FROM TO metadata');
  return readChange(kind, from, to, withLabels, readAnswers(withLabels ? answers.slice(1) : answers));
};
