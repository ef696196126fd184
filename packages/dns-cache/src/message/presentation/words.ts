/** A word of a record in text. */
export interface Word {
  /** As it is written, its escapes kept, without quotes. */
  readonly text: string;
  readonly quoted: boolean;
}

/** Why a text is no record. */
export interface NotARecord {
  readonly kind: 'not-a-record';
  readonly reason: string;
}

export const notARecord = (reason: string): NotARecord => ({ kind: 'not-a-record', reason });

/** The words of one record: quotes hold them together, brackets let it go on in the next line (RFC 1035 §5.1). */
export const splitWords = (text: string): readonly Word[] | NotARecord => {
  const words: Word[] = [];
  let depth = 0;
  let at = 0;
  /** What follows as long as it belongs; an escaped character always does. */
  const takeWhile = (belongs: (character: string) => boolean): string => {
    const start = at;
    while (at < text.length && belongs(text[at] ?? '')) at += text[at] === '\\' ? 2 : 1;
    return text.slice(start, at);
  };
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === ';') takeWhile((one) => one !== '\n');
    else if (character === '"') {
      at += 1;
      const word = takeWhile((one) => one !== '"');
      if (text[at] !== '"') return notARecord('a quote does not end');
      at += 1;
      words.push({ text: word, quoted: true });
    } else if (/[\s()]/.test(character)) {
      at += 1;
      if (character === '(') depth += 1;
      if (character === ')') depth -= 1;
      if (depth < 0) return notARecord("a ')' without a '('");
      // What follows is another record.
      if (character === '\n' && depth === 0 && words.length > 0) break;
    } else words.push({ text: takeWhile((one) => !/[\s;()"]/.test(one)), quoted: false });
  }
  return depth === 0 ? words : notARecord("a '(' without a ')'");
};
