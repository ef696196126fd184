import type { Cursor } from './cursor.ts';

const UNITS: ReadonlySet<string> = new Set(['bytes', 'kbytes', 'mbytes']);

const readBytes = (cursor: Cursor): readonly [amount: number, unit: string] => {
  const amount = cursor.whole('a number of bytes');
  return UNITS.has(cursor.token.text) ? [amount, cursor.next().text] : cursor.fail('bytes, kbytes or mbytes');
};

/** `over 25 mbytes used 3 bytes`, in a rule or in an object of a table. */
export const readQuota = (cursor: Cursor): object => {
  const inv = cursor.take('over');
  if (!inv) cursor.take('until');
  const [val, unit] = readBytes(cursor);
  const [used, usedUnit] = cursor.take('used') ? readBytes(cursor) : [0, 'bytes'];
  return { val, val_unit: unit, used, used_unit: usedUnit, ...(inv ? { inv } : {}) };
};
