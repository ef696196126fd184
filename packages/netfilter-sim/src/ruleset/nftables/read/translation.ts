import { field, isAbsent } from '../../../json/value.ts';
import type { Json } from '../../../json/value.ts';
import type { NftFamily } from '../values/rule-set.ts';
import type { Statement, TranslationFlag, TranslationStatement } from '../values/statement.ts';
import { readExpression } from './expression.ts';
import { isObject, oneOf, rawText, textList } from './json.ts';
import type { SetTypes } from './set.ts';

const FLAGS: readonly TranslationFlag[] = ['random', 'fully-random', 'persistent', 'netmap'];

type Scope = { readonly family: NftFamily; readonly sets: SetTypes };

/** Where a packet is sent to: an address, a port, or both. */
const readEnd = (
  json: Json,
  body: Json,
  { family, sets }: Scope,
): Pick<TranslationStatement, 'family' | 'address' | 'port'> | Extract<Statement, { kind: 'not-modelled' }> => {
  const written = field(body, 'family');
  const own = isAbsent(written) ? undefined : oneOf(written, ['ip', 'ip6']);
  const addressType = (own ?? family) === 'ip6' ? 'ipv6_addr' : 'ipv4_addr';
  const read = (name: 'addr' | 'port') => {
    const at = field(body, name);
    // A map may give an address and a port: `{"concat": ["10.0.0.1", 80]}`.
    const expected = name === 'port' ? (['inet_service'] as const) : ([addressType, 'inet_service'] as const);
    return isAbsent(at) ? undefined : readExpression(at, { sets, expected });
  };
  const [address, port] = [read('addr'), read('port')];
  const missing = [address, port].find((one) => one?.kind === 'not-modelled');
  if (missing?.kind === 'not-modelled') return { kind: 'not-modelled', what: missing.what, text: rawText(json) };
  return {
    ...(own === undefined ? {} : { family: own }),
    ...(address === undefined ? {} : { address }),
    ...(port === undefined ? {} : { port }),
  };
};

export const readTproxy = (json: Json, body: Json, scope: Scope): Statement => {
  const end = readEnd(json, body, scope);
  return 'kind' in end ? end : { kind: 'tproxy', ...end };
};

/** `{"addr": …, "port": …, "flags": …}`; nothing at all for a plain `masquerade`. */
export const readTranslation = (
  kind: TranslationStatement['kind'],
  json: Json,
  body: Json,
  { family, sets }: Scope,
): Statement => {
  if (!isObject(body)) return { kind, flags: [], prefix: false };
  const end = readEnd(json, body, { family, sets });
  if ('kind' in end) return end;
  return {
    kind,
    ...end,
    flags: textList(field(body, 'flags')).map((flag) => oneOf({ ...json, value: flag }, FLAGS)),
    prefix: textList(field(body, 'type_flags')).includes('prefix'),
  };
};
