import type { Cursor } from './cursor.ts';

/** `flags bypass to 0-3`; older ones write `num 0-3 bypass`. */
export const readQueue = (cursor: Cursor): object | null => {
  const { position } = cursor.token;
  const flags = cursor.take('flags') ? readQueueFlags(cursor) : [];
  const found: Record<string, unknown> = {};
  if (cursor.take('to') || cursor.take('num')) {
    const [low = NaN, high] = cursor.word('a queue').split('-').map(Number);
    if (Number.isNaN(low)) cursor.fail('the number of a queue');
    found['num'] = high === undefined ? low : { range: [low, high] };
  }
  const all = [...flags, ...readQueueFlags(cursor)];
  if (all.length > 0) found['flags'] = all;
  return Object.keys(found).length === 0 ? null : cursor.placed(found, position);
};

const readQueueFlags = (cursor: Cursor): readonly string[] => {
  const flags: string[] = [];
  while (cursor.token.text === 'bypass' || cursor.token.text === 'fanout') {
    flags.push(cursor.next().text);
    cursor.take(',');
  }
  return flags;
};
