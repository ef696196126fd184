import type { Position } from '../../../error.ts';
import type { Cursor } from './cursor.ts';
import type { Fields, Listed, Owner } from './listed.ts';
import { readStatements } from './statement.ts';
import { readElements } from './value.ts';

/** Families whose rules are read; of others only where they stand matters. */
const IP_FAMILIES: ReadonlySet<string> = new Set(['ip', 'ip6', 'inet']);

/** Where nft writes names for priorities (src/rule.c of nftables 1.0.6), but for bridges. */
const PRIORITIES: Readonly<Record<string, number>> = { raw: -300, mangle: -150, dstnat: -100, filter: 0, security: 50, srcnat: 100, out: 100 };

/** Behind `chain`: its name, where it is called from, its rules. */
export const readChain = (cursor: Cursor, owner: Owner, position: Position): readonly Listed[] => {
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
