/** The way from a document's root to one of its values. */
export type JsonPath = readonly (string | number)[];

/** Where a text stops being JSON (RFC 8259), and what should stand there. */
export interface JsonBreak {
  readonly offset: number;
  readonly expected: string;
}

const NUMBER_OR_WORD = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// Control characters are not allowed inside a string.
// oxlint-disable-next-line no-control-regex
const STRING = /"(?:[^"\\\u0000-\u001F]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y;
const BLANK = /[ \t\n\r]*/y;

/**
 * `JSON.parse` tells no places: this walks the text once more, where something is wrong with it.
 * `visit` is told each value's path and offset.
 */
const walk = (text: string, visit: (path: JsonPath, offset: number) => void): JsonBreak | undefined => {
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const next = (): string => {
    take(BLANK);
    return text[at] ?? '';
  };
  const expected = (what: string): JsonBreak => ({ offset: at, expected: what });

  const value = (path: JsonPath): JsonBreak | undefined => {
    const first = next();
    visit(path, at);
    if (first === '[') return list(']', 'a value', (count) => value([...path, count]));
    if (first === '{') return list('}', 'a name in quotes', () => member(path));
    return take(first === '"' ? STRING : NUMBER_OR_WORD) === undefined ? expected('a value') : undefined;
  };
  const member = (path: JsonPath): JsonBreak | undefined => {
    next();
    const name = take(STRING);
    if (name === undefined) return expected('a name in quotes');
    if (next() !== ':') return expected('":"');
    at += 1;
    return value([...path, JSON.parse(name) as string]);
  };
  const list = (end: string, what: string, one: (count: number) => JsonBreak | undefined): JsonBreak | undefined => {
    at += 1;
    if (next() === end) {
      at += 1;
      return undefined;
    }
    for (let count = 0; ; count += 1) {
      if (next() === '') return expected(what);
      const broken = one(count);
      if (broken !== undefined) return broken;
      const separator = next();
      if (separator !== end && separator !== ',') return expected(`"," or "${end}"`);
      at += 1;
      if (separator === end) return undefined;
    }
  };

  const broken = value([]);
  if (broken !== undefined) return broken;
  return next() === '' ? undefined : expected('the end of the document');
};

export const findBreak = (text: string): JsonBreak | undefined => walk(text, () => undefined);

/** Where the value at the path begins; where the text has none, where its nearest parent does. */
export const offsetOf = (text: string, path: JsonPath): number => {
  let found = { depth: -1, offset: 0 };
  walk(text, (visited, offset) => {
    const leadsThere = visited.length <= path.length && visited.every((key, at) => key === path[at]);
    if (leadsThere && visited.length > found.depth) found = { depth: visited.length, offset };
  });
  return found.offset;
};
