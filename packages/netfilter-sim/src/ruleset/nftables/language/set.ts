import type { Position } from '../../../error.ts';
import type { Cursor } from './cursor.ts';
import { readExpression } from './expression.ts';
import type { Fields, Owner } from './listed.ts';
import { readElements, secondsOf } from './value.ts';

/** A set or a map: its types, its options, its elements. */
export const readSet = (cursor: Cursor, owner: Owner, position: Position): object => {
  const set: Fields = cursor.placed({ ...owner, name: cursor.word('the name of a set') }, position);
  cursor.expect('{');
  for (cursor.skipLines(); !cursor.take('}'); cursor.skipLines()) {
    if (cursor.take(';')) continue;
    const word = cursor.word('what a set says of itself');
    if (word === 'type') readTypes(cursor, set);
    else if (word === 'typeof') readTypesOf(cursor, set);
    else if (word === 'size') set['size'] = cursor.whole('a number of elements');
    else if (word === 'timeout') set['timeout'] = secondsOf(cursor.word('a duration')) ?? cursor.fail('a duration');
    else if (word === 'elements') {
      cursor.expect('=');
      set['elem'] = readElements(cursor);
    } else while (!cursor.atLineEnd) cursor.next();
  }
  return set;
};

/** `type ipv4_addr . inet_service : verdict`. */
const readTypes = (cursor: Cursor, set: Fields): void => {
  const side = (): readonly string[] => {
    const types = [cursor.word('a type')];
    while (cursor.take('.')) types.push(cursor.word('a type'));
    return types;
  };
  set['type'] = side();
  if (!cursor.take(':')) return;
  cursor.take('interval');
  const data = side();
  set['map'] = data.length === 1 ? data[0] : data;
};

/** `typeof ip saddr . tcp dport : ip daddr`. */
const readTypesOf = (cursor: Cursor, set: Fields): void => {
  set['type'] = { typeof: readExpression(cursor) };
  if (!cursor.take(':')) return;
  cursor.take('interval');
  set['map'] = cursor.take('verdict') ? 'verdict' : { typeof: readExpression(cursor) };
};
