import type { Cursor } from './cursor.ts';
import { readExpression } from './expression.ts';
import type { Value } from './value.ts';

const FLAGS: ReadonlySet<string> = new Set(['random', 'fully-random', 'persistent']);

/** `dnat [ip] [prefix] [addr . port] to ADDRESS:PORT [FLAGS]`; `masquerade` and `redirect` with ports alone. */
export const readTranslation = (cursor: Cursor): object | null => {
  const { position } = cursor.token;
  const family = ['ip', 'ip6'].find((one) => cursor.take(one));
  const kinds: string[] = [];
  for (const kind of ['interval', 'prefix']) {
    if (cursor.take(kind)) kinds.push(kind);
  }
  if (cursor.take('addr')) {
    cursor.expect('.');
    cursor.expect('port');
    kinds.push('concat');
  }
  const ends = cursor.take('to') ? readEnds(cursor) : {};
  // What text calls prefix is a flag of the kernel's, too (NF_NAT_RANGE_NETMAP).
  const flags = kinds.includes('prefix') ? ['netmap'] : [];
  while (FLAGS.has(cursor.token.text)) {
    flags.push(cursor.next().text);
    cursor.take(',');
  }
  const found = {
    ...(family === undefined ? {} : { family }),
    ...ends,
    ...(flags.length === 0 ? {} : { flags }),
    ...(kinds.length === 0 ? {} : { type_flags: kinds }),
  };
  return Object.keys(found).length === 0 ? null : cursor.placed(found, position);
};

/** `10.0.0.1:80`, `[fd00::1]:80-90`, `:1024-65535`, or an expression. */
export const readEnds = (cursor: Cursor): object => {
  const { kind, text } = cursor.token;
  const written = kind === 'word' ? /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d+(?:-\d+)?)$/.exec(text) : null;
  if (written !== null) {
    const address = written[1] ?? written[2] ?? '';
    cursor.next();
    return { ...(address === '' ? {} : { addr: rangeOf(address) }), port: portOf(written[3] ?? '') };
  }
  const bracketed = kind === 'word' ? /^\[([^\]]+)\](?:-\[([^\]]+)\])?(?::(\d+(?:-\d+)?))?$/.exec(text) : null;
  if (bracketed !== null) {
    const [, low = '', high, port] = bracketed;
    cursor.next();
    return { addr: high === undefined ? low : { range: [low, high] }, ...(port === undefined ? {} : { port: portOf(port) }) };
  }
  // A port that is looked up, alone or behind an address.
  if (text.startsWith(':')) cursor.fail('an address, or a port as a number');
  const addr = readExpression(cursor);
  if (cursor.token.text.startsWith(':')) cursor.fail('no port behind an expression');
  return { addr };
};

const portOf = (text: string): Value => {
  const [low, high] = text.split('-').map(Number);
  return high === undefined ? (low ?? 0) : { range: [low, high] };
};

const rangeOf = (text: string): Value => {
  const [low = '', high] = text.split('-');
  return high === undefined ? low : { range: [low, high] };
};
