import type { Cursor } from './cursor.ts';
import { readElements, readFlags } from './value.ts';
import type { Value } from './value.ts';

/** Headers whose fields are written `ip saddr`. */
const HEADERS: ReadonlySet<string> = new Set([
  'ether', 'vlan', 'arp', 'ip', 'ip6', 'icmp', 'icmpv6', 'igmp', 'tcp', 'udp', 'udplite', 'sctp', 'dccp', 'th', 'ah', 'esp', 'comp',
]);

/** Keys that are written without `meta` (src/meta.c of nftables 1.0.6, and what older ones print). */
const BARE_META: ReadonlySet<string> = new Set([
  'iif', 'iifname', 'iiftype', 'iifgroup', 'oif', 'oifname', 'oiftype', 'oifgroup', 'skuid', 'skgid', 'mark', 'pkttype', 'cpu', 'cgroup',
  'rtclassid', 'ibrname', 'obrname',
]);

const EXTENSION_HEADERS: ReadonlySet<string> = new Set(['hbh', 'rt', 'frag', 'dst', 'mh', 'srh']);

/** From loosest to tightest, with the words that older ones write for them (src/parser_bison.y). */
const OPERATORS: readonly (readonly (readonly [operator: string, word: string])[])[] = [
  [['|', 'or']],
  [['^', 'xor']],
  [['&', 'and']],
  [
    ['<<', 'lshift'],
    ['>>', 'rshift'],
  ],
];

/** `ip saddr . tcp dport`, `meta mark & 0xff`, `numgen random mod 2 map { … }`. */
export const readExpression = (cursor: Cursor): Value => {
  const { position } = cursor.token;
  const parts = [readBinary(cursor, 0)];
  while (cursor.take('.')) parts.push(readBinary(cursor, 0));
  const [only = ''] = parts;
  const key = parts.length === 1 ? only : cursor.placed({ concat: parts }, position);
  return cursor.take('map') ? cursor.placed({ map: { key, data: readSet(cursor) } }, position) : key;
};

/** `@name`, or elements in braces. */
export const readSet = (cursor: Cursor): Value => {
  const { token } = cursor;
  if (token.kind === 'word' && token.text.startsWith('@')) return cursor.next().text;
  return cursor.placed({ set: readElements(cursor) }, token.position);
};

const readBinary = (cursor: Cursor, level: number): Value => {
  const operators = OPERATORS[level];
  if (operators === undefined) return readPrimary(cursor);
  const { position } = cursor.token;
  let left = readBinary(cursor, level + 1);
  for (;;) {
    const [operator] = operators.find((spellings) => spellings.some((one) => cursor.take(one))) ?? [];
    if (operator === undefined) return left;
    left = cursor.placed({ [operator]: [left, readBinary(cursor, level + 1)] }, position);
  }
};

const readPrimary = (cursor: Cursor): Value => {
  const { token } = cursor;
  if (cursor.take('(')) {
    const inner = readBinary(cursor, 0);
    cursor.expect(')');
    return inner;
  }
  const found = token.kind === 'word' ? readSelector(cursor, token.text) : undefined;
  return found === undefined ? readFlags(cursor) : cursor.placed(found, token.position);
};

/** What a rule takes from the packet or its surroundings; `undefined` where the word names none. */
const readSelector = (cursor: Cursor, word: string): object | undefined => {
  if (word.startsWith('@')) return readRaw(cursor, word);
  if (BARE_META.has(word)) {
    cursor.next();
    return { meta: { key: word } };
  }
  // `rt` is a header and a way to ask for the route.
  if (word === 'rt' && !['type', 'hdrlength', 'seg-left'].includes(cursor.ahead(1).text)) return readRoute(cursor);
  const isHeader = HEADERS.has(word) || EXTENSION_HEADERS.has(word);
  if (!isHeader && !Object.hasOwn(SELECTORS, word)) return undefined;
  cursor.next();
  if (!isHeader) return SELECTORS[word]?.(cursor);
  if (word !== 'ip6' && cursor.take('option')) return readOption(cursor, word);
  if (word === 'sctp' && cursor.take('chunk')) return readOption(cursor, 'sctp chunk');
  const field = cursor.word('the name of a field');
  if (EXTENSION_HEADERS.has(word)) return { exthdr: { name: word, field } };
  return { payload: { protocol: word, field } };
};

/** `@th,16,16`. */
const readRaw = (cursor: Cursor, word: string): object => {
  cursor.next();
  cursor.expect(',');
  const offset = cursor.whole('an offset in bits');
  cursor.expect(',');
  return { payload: { base: word.slice(1), offset, len: cursor.whole('a length in bits') } };
};

/** `tcp option maxseg size`; without a field it asks whether the option is there. */
const readOption = (cursor: Cursor, header: string): object => {
  const name = cursor.word('the name of an option');
  const { kind, text } = cursor.token;
  const asks = kind !== 'word' || text === 'exists' || text === 'missing';
  const kindOf = header === 'sctp chunk' ? header : `${header} option`;
  return { [kindOf]: { name, ...(asks ? {} : { field: cursor.next().text }) } };
};

const readRoute = (cursor: Cursor): object => {
  cursor.next();
  const family = ['ip', 'ip6'].find((one) => cursor.take(one));
  return { rt: { key: cursor.word('a key of rt'), ...(family === undefined ? {} : { family }) } };
};

const readCt = (cursor: Cursor): object => {
  const dir = ['original', 'reply'].find((one) => cursor.take(one));
  const family = dir === undefined ? undefined : ['ip', 'ip6'].find((one) => cursor.take(one));
  const key = cursor.word('a key of ct');
  return { ct: { key: family === undefined ? key : `${family} ${key}`, ...(dir === undefined ? {} : { dir }) } };
};

const readFib = (cursor: Cursor): object => {
  const flags = [cursor.word('a flag of fib')];
  while (cursor.take('.')) flags.push(cursor.word('a flag of fib'));
  return { fib: { result: cursor.word('type, oif or oifname'), flags } };
};

const readModulus = (cursor: Cursor): object => {
  cursor.expect('mod');
  const mod = cursor.whole('a modulus');
  const seed = cursor.take('seed') ? { seed: cursor.word('a seed') } : {};
  return { mod, ...seed, ...(cursor.take('offset') ? { offset: cursor.whole('an offset') } : {}) };
};

const readJhash = (cursor: Cursor): object => {
  const expr = readExpression(cursor);
  return { jhash: { ...readModulus(cursor), expr } };
};

const readSocket = (cursor: Cursor): object => {
  const key = cursor.word('a key of socket');
  return { socket: { key, ...(cursor.take('level') ? { level: cursor.whole('a level') } : {}) } };
};

const SELECTORS: Readonly<Record<string, (cursor: Cursor) => object>> = {
  meta: (cursor) => ({ meta: { key: cursor.word('a key of meta') } }),
  ct: readCt,
  fib: readFib,
  numgen: (cursor) => ({ numgen: { mode: cursor.word('random or inc'), ...readModulus(cursor) } }),
  jhash: readJhash,
  symhash: (cursor) => ({ symhash: readModulus(cursor) }),
  socket: readSocket,
  osf: (cursor) => ({ osf: { key: cursor.word('name or version') } }),
  exthdr: (cursor) => ({ exthdr: { name: cursor.word('the name of a header') } }),
};
