import type { Cursor } from './cursor.ts';

const LOG_NUMBERS: ReadonlySet<string> = new Set(['group', 'snaplen', 'queue-threshold']);

/** Behind `log`: `prefix "x" level warn flags all`, in any order. */
export const readLog = (cursor: Cursor): object | null => {
  const { position } = cursor.token;
  const found: Record<string, unknown> = {};
  for (;;) {
    const { text } = cursor.token;
    if (cursor.take('prefix') || cursor.take('level')) found[text] = cursor.word(text);
    else if (LOG_NUMBERS.has(text)) {
      cursor.next();
      found[text] = cursor.whole('a number');
    } else if (cursor.take('flags')) found['flags'] = [...((found['flags'] as readonly string[] | undefined) ?? []), ...readLogFlags(cursor)];
    else return Object.keys(found).length === 0 ? null : cursor.placed(found, position);
  }
};

/** `all`, `skuid`, `tcp sequence,options`. */
const readLogFlags = (cursor: Cursor): readonly string[] => {
  const of = cursor.word('a flag of log');
  if (of !== 'tcp' && of !== 'ip') return [of];
  const flags = [`${of} ${cursor.word('a flag of log')}`];
  while (cursor.take(',')) flags.push(`${of} ${cursor.word('a flag of log')}`);
  return flags;
};
