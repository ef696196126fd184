import type { Cursor } from './cursor.ts';
import { readExpression } from './expression.ts';
import type { Value } from './value.ts';

const FLAGS: ReadonlySet<string> = new Set(['random', 'fully-random', 'persistent']);

/** `dnat [ip] [prefix] [addr . port] to ADDRESS:PORT [FLAGS]`; `masquerade` and `redirect` with ports alone. */
export const readTranslation = (cursor: Cursor, needs: 'to somewhere' | 'to any'): object | null => {
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
  const leads = cursor.take('to');
  if (!leads && needs === 'to somewhere') cursor.fail('"to" and an address');
  const ends = leads ? readEnds(cursor) : {};
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

/** `10.0.0.1:80`, `[fd00::1]:80-90`, `:1024-65535`, `10.0.0.1:tcp dport map { … }`, or an expression that gives both. */
export const readEnds = (cursor: Cursor): object => {
  const { kind, text } = cursor.token;
  // Only an address in brackets, or none of IPv6, has a colon in front of its port.
  const [address = ''] = (kind === 'word' ? /^(?:\[[^\]]+\](?:-\[[^\]]+\])?(?=:|$)|[^:[\]]*(?=:(?:\d+(?:-\d+)?|[a-z]\w*)$))/.exec(text) : null) ?? [];
  const hasPort = kind === 'word' && text[address.length] === ':' && (address !== '' || /^:(?:\d|[a-z])/.test(text));
  if (address === '' && !hasPort) return { addr: readExpression(cursor) };
  const addr = address === '' ? {} : { addr: rangeOf(cursor.cut(address.length)) };
  if (!hasPort) {
    cursor.next();
    return addr;
  }
  cursor.cut(1);
  return { ...addr, port: readExpression(cursor) };
};

const rangeOf = (text: string): Value => {
  const [low = '', high] = text.replaceAll(/[[\]]/g, '').split('-');
  return high === undefined ? low : { range: [low, high] };
};
