import type { Cursor } from './cursor.ts';
import { readExpression, readSet } from './expression.ts';
import { readElements, readParts } from './value.ts';
import type { Value } from './value.ts';

const COMPARISONS = ['==', '!=', '<=', '>=', '<', '>', '!'] as const;

/** Types whose values are bits: without an operator, some of them must be set (TYPE_BITMASK, src/datatype.c of nftables 1.0.6). */
const isBits = (left: Value): boolean => {
  if (typeof left !== 'object') return false;
  if ('ct' in left) return ['state', 'status', 'label', 'event'].includes((left.ct as { readonly key: string }).key);
  if (!('payload' in left)) return false;
  const { protocol, field } = left.payload as { readonly protocol?: string; readonly field?: string };
  return protocol === 'tcp' && field === 'flags';
};

/** What begins with an expression: `ip saddr 10.0.0.0/8`, `meta mark set 1`, `ip daddr vmap { … }`. */
export const readByExpression = (cursor: Cursor): object => {
  const { position } = cursor.token;
  const left = readExpression(cursor);
  if (typeof left !== 'object') cursor.fail('a statement');
  if (cursor.take('vmap')) return { vmap: cursor.placed({ key: left, data: readSet(cursor) }, position) };
  if (cursor.take('set')) return { mangle: cursor.placed({ key: left, value: readExpression(cursor) }, position) };
  const op = COMPARISONS.find((one) => cursor.take(one));
  return { match: cursor.placed(compare(cursor, left, op), position) };
};

const compare = (cursor: Cursor, left: Value, op: string | undefined): object => {
  const { token } = cursor;
  if (cursor.take('exists')) return { op: op ?? '==', left, right: true };
  if (cursor.take('missing')) return { op: op ?? '==', left, right: false };
  if (token.kind === 'mark' && token.text === '{') {
    return { op: op ?? '==', left, right: cursor.placed({ set: readElements(cursor) }, token.position) };
  }
  const right = readParts(cursor);
  const inSet = typeof right === 'string' && right.startsWith('@');
  // `tcp flags syn / fin,syn,rst,ack`: of the bits behind, those in front are set.
  if (cursor.take('/')) return { op: op ?? '==', left: cursor.placed({ '&': [left, readParts(cursor)] }, token.position), right };
  return { op: op ?? (isBits(left) && !inSet ? 'in' : '=='), left, right };
};
