import type { Position } from '../../../error.ts';
import type { Cursor } from './cursor.ts';
import { readExpression } from './expression.ts';
import { readLimit } from './limit.ts';
import { readStatements } from './statement.ts';
import { readElements, secondsOf } from './value.ts';

type Fields = Record<string, unknown>;

/** An object as `nft -j list ruleset` has it: `{"chain": {…}}`. */
export type Listed = Readonly<Record<string, object>>;

/** Where an object belongs. */
interface Owner {
  readonly family: string;
  readonly table: string;
}

/** Families whose rules are read; of others only where they stand matters. */
const IP_FAMILIES: ReadonlySet<string> = new Set(['ip', 'ip6', 'inet']);

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

/** Where nft writes names for priorities (src/rule.c of nftables 1.0.6), but for bridges. */
const PRIORITIES: Readonly<Record<string, number>> = { raw: -300, mangle: -150, dstnat: -100, filter: 0, security: 50, srcnat: 100, out: 100 };

const readChain = (cursor: Cursor, owner: Owner, position: Position): readonly Listed[] => {
  const name = cursor.word('the name of a chain');
  const chain: Fields = cursor.placed({ ...owner, name }, position);
  const rules: Listed[] = [];
  cursor.expect('{');
  for (cursor.skipLines(); !cursor.take('}'); cursor.skipLines()) {
    if (cursor.take(';')) continue;
    if (cursor.token.text === 'type' && cursor.ahead(2).text === 'hook') readBase(cursor, chain);
    else if (rules.length === 0 && cursor.take('policy')) chain['policy'] = cursor.word('accept or drop');
    else if (rules.length === 0 && cursor.token.text === 'comment') readComment(cursor, chain);
    else rules.push({ rule: readRule(cursor, { ...owner, chain: name }, rules.length + 1) });
  }
  return [{ chain }, ...rules];
};

const readComment = (cursor: Cursor, into: Fields): void => {
  cursor.expect('comment');
  into['comment'] = cursor.word('a comment');
};

/** `type filter hook input priority filter + 10`. */
const readBase = (cursor: Cursor, chain: Fields): void => {
  cursor.expect('type');
  chain['type'] = cursor.word('filter, nat or route');
  cursor.expect('hook');
  chain['hook'] = cursor.word('the name of a hook');
  if (cursor.take('device')) chain['dev'] = cursor.word('a device');
  if (cursor.take('devices')) {
    cursor.expect('=');
    chain['dev'] = readElements(cursor);
  }
  cursor.expect('priority');
  chain['prio'] = readPriority(cursor);
};

const readPriority = (cursor: Cursor): number => {
  const word = cursor.word('a priority');
  const base = /^-?\d+$/.test(word) ? Number(word) : Object.hasOwn(PRIORITIES, word) ? PRIORITIES[word] : undefined;
  if (base === undefined) return cursor.fail('a priority');
  if (cursor.take('+')) return base + cursor.whole('a number');
  return cursor.take('-') ? base - cursor.whole('a number') : base;
};

/** A rule; `nft -a` writes its handle behind it. */
const readRule = (cursor: Cursor, place: Owner & { readonly chain: string }, number: number): object => {
  const { position, offset } = cursor.token;
  const expr = IP_FAMILIES.has(place.family) ? [...readStatements(cursor)] : [];
  const rule: Fields = cursor.placed({ ...place, number, expr }, position);
  if (!IP_FAMILIES.has(place.family)) while (!cursor.atLineEnd) cursor.next();
  else if (cursor.token.text === 'comment') readComment(cursor, rule);
  if (cursor.token.kind === 'comment') {
    const handle = /^# handle (\d+)$/.exec(cursor.token.text)?.[1];
    if (handle !== undefined) rule['handle'] = Number(handle);
    // A match of iptables that nft cannot write: the rule says more than can be read.
    else if (!isFinal(expr.at(-1))) expr.push({ xt: cursor.token.text });
    cursor.next();
  }
  if (cursor.token.offset === offset) cursor.fail('a rule');
  return rule;
};

const isFinal = (statement: object | undefined): boolean =>
  statement !== undefined && ['accept', 'drop', 'jump', 'goto', 'return', 'reject'].some((name) => name in statement);

/** A set or a map: its types, its options, its elements. */
const readSet = (cursor: Cursor, owner: Owner, position: Position): object => {
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
