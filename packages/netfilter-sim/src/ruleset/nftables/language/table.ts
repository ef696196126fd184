import { readChain } from './chain.ts';
import type { Cursor } from './cursor.ts';
import { readLimit } from './limit.ts';
import type { Fields, Listed, Owner } from './listed.ts';
import { readQuota } from './quota.ts';
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
      // Here the word `limit` itself is not written.
      const limit = readBraced(cursor, readLimit);
      return [{ limit: cursor.placed({ ...owner, name, ...(typeof limit === 'object' ? limit : {}) }, position) }];
    }
    case 'quota': {
      const name = cursor.word('the name of a quota');
      const quota = readBraced(cursor, readQuota);
      return [{ quota: cursor.placed({ ...owner, name, ...quota }, position) }];
    }
    case 'ct':
      if (cursor.take('helper')) {
        const name = cursor.word('the name of a helper');
        const helper = readBraced(cursor, readHelper);
        return [{ 'ct helper': cursor.placed({ ...owner, name, ...helper }, position) }];
      }
      cursor.word('the name of an object');
      return readUnread(cursor);
    default:
      return readUnread(cursor);
  }
};

const readBraced = <Found>(cursor: Cursor, read: (cursor: Cursor) => Found): Found => {
  cursor.expect('{');
  cursor.skipLines();
  const found = read(cursor);
  cursor.skipLines();
  cursor.expect('}');
  return found;
};

/** `type "ftp" protocol tcp` and, a line below, the family. */
const readHelper = (cursor: Cursor): object => {
  cursor.expect('type');
  const type = cursor.word('the type of a helper');
  while (cursor.token.text !== '}') cursor.next();
  return { type };
};

/** Counters, flowtables and the like: what rules say of them is enough. */
const readUnread = (cursor: Cursor): readonly Listed[] => {
  while (cursor.token.text !== '{') cursor.word('the name of an object');
  cursor.skipBlock();
  return [];
};

const readWords = (cursor: Cursor): readonly string[] => {
  const words: string[] = [];
  while (!cursor.atLineEnd) {
    words.push(cursor.word('a word'));
    cursor.take(',');
  }
  return words;
};
