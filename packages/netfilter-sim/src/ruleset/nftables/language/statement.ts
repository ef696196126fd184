import { InputError } from '../../../error.ts';
import type { Cursor } from './cursor.ts';
import { readExpression } from './expression.ts';
import { readLimit } from './limit.ts';
import { readLog } from './log.ts';
import { readByExpression } from './match.ts';
import { readQueue } from './queue.ts';
import { readQuota } from './quota.ts';
import { readEnds, readTranslation } from './translation.ts';
import { readCounter, secondsOf } from './value.ts';
import { readVerdict } from './verdict.ts';

type Statement = object;

const SET_CHANGES: ReadonlySet<string> = new Set(['add', 'update', 'delete']);

/** Statements that only nft's own JSON takes apart: nobody evaluates them. */
const WHOLE: ReadonlySet<string> = new Set(['synproxy', 'fwd']);

/** The statements of a rule, in the JSON of nft; from the first that is not understood on, the rest is one. */
export const readStatements = (cursor: Cursor): readonly Statement[] => {
  const statements: Statement[] = [];
  while (!cursor.atLineEnd && cursor.token.text !== 'comment') {
    const { at, token } = cursor;
    try {
      statements.push(cursor.placed(readStatement(cursor), token.position));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const text = cursor.rest(at);
      // What tracks connections does so wherever in the rule it stands.
      const tracks = /\b(?:ct|dnat|snat|masquerade|redirect|synproxy)\b/.test(text);
      const name = `the words "${text}"`;
      return [...statements, cursor.placed({ [name]: { written: text } }, token.position), ...(tracks ? [{ ct: text }] : [])];
    }
  }
  return statements;
};

const readStatement = (cursor: Cursor): Statement => {
  const verdict = readVerdict(cursor);
  if (verdict !== undefined) return verdict;
  const { kind, text } = cursor.token;
  if (kind !== 'word') return cursor.fail('a statement');
  if (text === 'ct') return readAboutConnection(cursor) ?? readByExpression(cursor);
  if (WHOLE.has(text)) return cursor.fail('a statement that is evaluated');
  if (!Object.hasOwn(STATEMENTS, text) && !SET_CHANGES.has(text)) return readByExpression(cursor);
  cursor.next();
  if (SET_CHANGES.has(text)) return readSetChange(cursor, text);
  return { [text]: STATEMENTS[text]?.(cursor) };
};

/** `ct helper set "ftp"`, `ct count over 10`: no expression begins so. */
const readAboutConnection = (cursor: Cursor): Statement | undefined => {
  const name = cursor.ahead(1).text;
  if (name === 'count') {
    cursor.next();
    cursor.next();
    const inv = cursor.take('over');
    return { 'ct count': { val: cursor.whole('a number of connections'), ...(inv ? { inv } : {}) } };
  }
  if (!['helper', 'timeout', 'expectation'].includes(name) || cursor.ahead(2).text !== 'set') return undefined;
  for (let passed = 0; passed < 3; passed += 1) cursor.next();
  return { [`ct ${name}`]: cursor.word('a name') };
};

const readCounterStatement = (cursor: Cursor): object | string | null => (cursor.take('name') ? cursor.word('the name of a counter') : readCounter(cursor));

/** `with icmp port-unreachable`, `with tcp reset`; older ones write `icmp type`. */
const readReject = (cursor: Cursor): object | null => {
  const { position } = cursor.token;
  if (!cursor.take('with')) return null;
  const type = cursor.word('icmp, icmpv6, icmpx or tcp reset');
  if (type === 'tcp') {
    cursor.expect('reset');
    return cursor.placed({ type: 'tcp reset' }, position);
  }
  cursor.take('type');
  return cursor.placed({ type, expr: cursor.word('a code') }, position);
};

/** `add @set { ip saddr timeout 5m limit rate 1/second }`; with something behind the key the set is a map. */
const readSetChange = (cursor: Cursor, op: string): object => {
  const set = cursor.word('the name of a set');
  cursor.expect('{');
  const key = readExpression(cursor);
  const timeout = cursor.take('timeout') ? (secondsOf(cursor.word('a duration')) ?? cursor.fail('a duration')) : undefined;
  const inner: Statement[] = [];
  while (!cursor.atLineEnd && cursor.token.text !== ':') inner.push(readStatement(cursor));
  const elem = timeout === undefined ? key : { elem: { val: key, timeout } };
  const body = { op, elem, ...(inner.length === 0 ? {} : { stmt: inner }) };
  if (!cursor.take(':')) {
    cursor.expect('}');
    return { set: { ...body, set } };
  }
  const data = readExpression(cursor);
  cursor.expect('}');
  return { map: { ...body, data, map: set } };
};

/** `tproxy [ip] to 10.0.0.1:80`. */
const readTproxy = (cursor: Cursor): object => {
  const family = ['ip', 'ip6'].find((one) => cursor.take(one));
  cursor.expect('to');
  return { ...(family === undefined ? {} : { family }), ...readEnds(cursor) };
};

const readQuotaStatement = (cursor: Cursor): object | string => (cursor.take('name') ? cursor.word('the name of a quota') : readQuota(cursor));

/** `to 10.0.0.1 device "eth0"`. */
const readDup = (cursor: Cursor): object => {
  cursor.expect('to');
  const addr = readExpression(cursor);
  return { addr, ...(cursor.take('device') ? { dev: cursor.word('a device') } : {}) };
};

/** `m5 size 65535 { ip saddr limit rate 10/second }`, as older ones write a limit for each key. */
const readMeter = (cursor: Cursor): object => {
  const name = cursor.word('the name of a meter');
  if (cursor.take('size')) cursor.whole('a size');
  cursor.skipBlock();
  return { name };
};

/** `used never`, `used 5s`. */
const readLast = (cursor: Cursor): object | null => (cursor.take('used') ? { used: cursor.word('a duration') } : null);

const readFlow = (cursor: Cursor): object => ({ op: cursor.word('add'), flowtable: cursor.word('the name of a flowtable') });

/** A rule of iptables, which nft does not print. */
const readXt = (cursor: Cursor): object => ({ type: cursor.word('match or target'), name: cursor.word('the name of an extension') });

const STATEMENTS: Readonly<Record<string, (cursor: Cursor) => object | string | null>> = {
  counter: readCounterStatement,
  limit: readLimit,
  reject: readReject,
  log: readLog,
  queue: readQueue,
  notrack: () => null,
  dnat: (cursor) => readTranslation(cursor, 'to somewhere'),
  snat: (cursor) => readTranslation(cursor, 'to somewhere'),
  masquerade: (cursor) => readTranslation(cursor, 'to any'),
  redirect: (cursor) => readTranslation(cursor, 'to any'),
  tproxy: readTproxy,
  quota: readQuotaStatement,
  dup: readDup,
  meter: readMeter,
  last: readLast,
  flow: readFlow,
  xt: readXt,
};
