import { readChain } from './chain.ts';
import type { Cursor } from './cursor.ts';
import { readLimit } from './limit.ts';
import type { Fields, Listed, Owner } from './listed.ts';
import { readSet } from './set.ts';

/** `table ip filter { … }`, and what is in it. */
export const readTable = (cursor: Cursor): readonly Listed[] => {
  const { position } = cursor.token;
  cursor.expect('table');
  const [first, second] = [cursor.word('a family'), cursor.token.text === '{' ? undefined : cursor.word('the name of a table')];
  const owner: Owner = second === undefined ? { family: 'ip', table: first } : { family: first, table: second };
  const table: Fields = cursor.placed({ family: owner.family, name: owner.table }, position);
  const objects: Listed[] = [{ table }];
  cursor.expect('{');
  for (cursor.skipLines(); !cursor.take('}'); cursor.skipLines()) {
    if (cursor.take('flags')) table['flags'] = readWords(cursor);
    else if (cursor.take('comment')) table['comment'] = cursor.word('a comment');
    else if (!cursor.take(';')) objects.push(...readObject(cursor, owner));
  }
  return objects;
};

const readObject = (cursor: Cursor, owner: Owner): readonly Listed[] => {
  const { position } = cursor.token;
  const kind = cursor.word('a chain, a set or another object');
  switch (kind) {
    case 'chain':
      return readChain(cursor, owner, position);
    case 'set':
    case 'map':
      return [{ [kind]: readSet(cursor, owner, position) }];
    case 'limit': {
      const name = cursor.word('the name of a limit');
      cursor.expect('{');
      cursor.skipLines();
      // Here the word `limit` itself is not written.
      const limit = readLimit(cursor);
      cursor.skipLines();
      cursor.expect('}');
      return [{ limit: cursor.placed({ ...owner, name, ...(typeof limit === 'object' ? limit : {}) }, position) }];
    }
    default:
      // Counters, quotas, helpers, flowtables: what rules say of them is enough.
      while (cursor.token.text !== '{') cursor.word('the name of an object');
      cursor.skipBlock();
      return [];
  }
};

const readWords = (cursor: Cursor): readonly string[] => {
  const words: string[] = [];
  while (!cursor.atLineEnd) {
    words.push(cursor.word('a word'));
    cursor.take(',');
  }
  return words;
};
