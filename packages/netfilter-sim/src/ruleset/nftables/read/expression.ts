import { broken, elements, field, isAbsent, text, textOr, whole } from '../../../json/value.ts';
import type { Json } from '../../../json/value.ts';
import type { DataType } from '../values/data-type.ts';
import { typesOf } from '../values/expression.ts';
import type { BinaryOperator, Expression, FibFlag } from '../values/expression.ts';
import { readComponent } from './component.ts';
import { CT_KEYS, META_KEYS, PAYLOAD_FIELDS, TCP_OPTION_FIELDS } from './fields.ts';
import { countOr, integer, isObject, named, oneOf, rawText, textList } from './json.ts';
import { readReference } from './set.ts';
import type { SetTypes } from './set.ts';

/** What an expression is read for: the types that a constant or a map's data must have there, and the sets of the table. */
export interface ExpressionScope {
  readonly sets: SetTypes;
  readonly expected: readonly DataType[];
}

const FIB_FLAGS: readonly FibFlag[] = ['saddr', 'daddr', 'mark', 'iif', 'oif'];

const notModelledExpression = (what: string, json: Json): Expression => ({
  kind: 'not-modelled',
  what,
  text: rawText(json),
});

/** @throws InputError where the JSON is none of nft's expressions; one that the model lacks is a value of its own. */
export const readExpression = (json: Json, scope: ExpressionScope): Expression => {
  if (!isObject(json)) return readConstant(json, scope);
  const { name, body } = named(json);
  switch (name) {
    case 'payload':
      return readPayload(json, body);
    case 'meta':
      return readKey(json, 'meta', META_KEYS, body);
    case 'ct':
      return readKey(json, 'ct', CT_KEYS, body);
    case 'fib':
      return readFib(body);
    case 'tcp option':
      return readTcpOption(json, body);
    case 'exthdr':
      return readExtensionHeader(body);
    case 'socket':
      return { kind: 'socket', key: oneOf(field(body, 'key'), ['transparent', 'wildcard', 'mark']), type: 'integer' };
    case 'rt':
      return field(body, 'key').value === 'mtu'
        ? { kind: 'path-segment-size', type: 'integer' }
        : notModelledExpression(`rt ${text(field(body, 'key'))}`, json);
    case 'numgen':
      return {
        kind: 'numgen',
        mode: oneOf(field(body, 'mode'), ['random', 'inc']),
        modulus: countOr(field(body, 'mod'), 1, 1),
        offset: countOr(field(body, 'offset'), 0),
      };
    case 'jhash':
      return readHash(json, body, readExpression(field(body, 'expr'), { ...scope, expected: [] }));
    case 'symhash':
      return readHash(json, body, 'flow');
    case '&':
    case '|':
    case '^':
    case '<<':
    case '>>':
      return readBinary(name, json, body, scope);
    case 'concat':
      return readConcatenation(json, body, scope);
    case 'map':
      return readMap(json, body, scope);
    case 'prefix':
    case 'range':
      return readConstant(json, scope);
    default:
      return notModelledExpression(name, json);
  }
};

/** What holds something that the model lacks is itself not modelled. */
const lacking = (json: Json, parts: readonly Expression[]): Expression | undefined => {
  const missing = parts.find((part) => part.kind === 'not-modelled');
  return missing === undefined ? undefined : notModelledExpression(missing.what, json);
};

const readConcatenation = (json: Json, body: Json, { sets, expected }: ExpressionScope): Expression => {
  const parts = elements(body).map((part, at) => readExpression(part, { sets, expected: expected.slice(at, at + 1) }));
  return lacking(json, parts) ?? { kind: 'concatenation', parts };
};

const readMap = (json: Json, body: Json, { sets, expected }: ExpressionScope): Expression => {
  const key = readExpression(field(body, 'key'), { sets, expected: [] });
  const at = field(body, 'data');
  const map = key.kind === 'not-modelled' ? undefined : readReference(at, { key: typesOf(key), data: expected }, sets);
  if (map === undefined) return notModelledExpression(key.kind === 'not-modelled' ? key.what : 'map', json);
  const { data } = map;
  return data === undefined || data === 'verdict'
    ? broken(at, 'a map of values')
    : { kind: 'map', key, data: map.reference, types: data };
};

const readConstant = (json: Json, { expected }: ExpressionScope): Expression => {
  const [type = 'integer'] = expected;
  // Words in a list are bits: `["syn", "ack"]`.
  if (Array.isArray(json.value)) {
    const parts = elements(json).map((word) => readComponent(word, type));
    const bits = parts.map((part) =>
      part.kind === 'value' && typeof part.value === 'bigint' ? part.value : undefined,
    );
    if (bits.some((bit) => bit === undefined)) return notModelledExpression('a word', json);
    const value = bits.reduce<bigint>((sum, bit = 0n) => sum | bit, 0n);
    return { kind: 'constant', component: { kind: 'value', value }, type };
  }
  return { kind: 'constant', component: readComponent(json, type), type };
};

const readPayload = (json: Json, body: Json): Expression => {
  const base = field(body, 'base');
  if (!isAbsent(base)) return readRawPayload(json, body);
  const protocol = text(field(body, 'protocol'));
  const name = text(field(body, 'field'));
  const fields = Object.hasOwn(PAYLOAD_FIELDS, protocol) ? PAYLOAD_FIELDS[protocol] : undefined;
  const type = fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
  return type === undefined
    ? notModelledExpression(`${protocol} ${name}`, json)
    : { kind: 'payload', protocol, field: name, type };
};

/** Every option can be asked whether it is there; of a few, the packet value knows what is in them. */
const readTcpOption = (json: Json, body: Json): Expression => {
  const name = textOr(field(body, 'name'), undefined);
  if (name === undefined) return notModelledExpression('a TCP option by number', json);
  const within = textOr(field(body, 'field'), undefined);
  if (within === undefined) return { kind: 'tcp-option', name, type: 'integer' };
  const fields = Object.hasOwn(TCP_OPTION_FIELDS, name) ? TCP_OPTION_FIELDS[name] : undefined;
  const type = fields !== undefined && Object.hasOwn(fields, within) ? fields[within] : undefined;
  return type === undefined
    ? notModelledExpression(`tcp option ${name} ${within}`, json)
    : { kind: 'tcp-option', name, field: within, type };
};

const readExtensionHeader = (body: Json): Expression => {
  const within = textOr(field(body, 'field'), undefined);
  const name = text(field(body, 'name'));
  return { kind: 'extension-header', name, ...(within === undefined ? {} : { field: within }), type: 'integer' };
};

/** `@th,16,16` is a port by another name. */
const readRawPayload = (json: Json, body: Json): Expression => {
  const base = text(field(body, 'base'));
  const [offset, length] = [integer(field(body, 'offset')), integer(field(body, 'len'))];
  const port = base === 'th' && length === 16 ? ({ 0: 'sport', 16: 'dport' } as const)[offset] : undefined;
  if (port === undefined) return notModelledExpression(`@${base},${offset},${length}`, json);
  return { kind: 'payload', protocol: 'th', field: port, type: 'inet_service' };
};

const readKey = (json: Json, kind: 'meta' | 'ct', keys: Readonly<Record<string, DataType>>, body: Json): Expression => {
  const key = text(field(body, 'key'));
  const type = Object.hasOwn(keys, key) ? keys[key] : undefined;
  if (type === undefined) return notModelledExpression(`${kind} ${key}`, json);
  if (kind === 'meta') return { kind, key, type };
  const direction = field(body, 'dir');
  return { kind, key, type, ...(isAbsent(direction) ? {} : { direction: oneOf(direction, ['original', 'reply']) }) };
};

const readFib = (body: Json): Expression => {
  const result = oneOf(field(body, 'result'), ['type', 'oif', 'oifname', 'check']);
  const flags = textList(field(body, 'flags')).map(
    (flag) =>
      FIB_FLAGS.find((known) => known === flag) ?? broken(field(body, 'flags'), `flags out of ${FIB_FLAGS.join(', ')}`),
  );
  const type = ({ type: 'fib_addrtype', oif: 'iface_index', oifname: 'ifname', check: 'iface_index' } as const)[result];
  return { kind: 'fib', flags, result: result === 'check' ? 'oif' : result, type };
};

const readHash = (json: Json, body: Json, of: Expression | 'flow'): Expression => {
  if (of !== 'flow' && of.kind === 'not-modelled') return notModelledExpression(of.what, json);
  const seed = field(body, 'seed');
  return {
    kind: 'hash',
    of,
    modulus: countOr(field(body, 'mod'), 1, 1),
    ...(isAbsent(seed) ? {} : { seed: whole(seed, { max: 0xffff_ffff }) }),
    offset: countOr(field(body, 'offset'), 0),
  };
};

/** The right side has the type of the left one. nft 1.1 writes more than two operands, from left to right. */
const readBinary = (operator: BinaryOperator, json: Json, body: Json, scope: ExpressionScope): Expression => {
  const [first, ...rest] = elements(body);
  if (first === undefined || rest.length === 0) return broken(body, 'a list of two');
  const left = readExpression(first, scope);
  const expected = operator === '<<' || operator === '>>' ? (['integer'] as const) : typesOf(left);
  const others = rest.map((one) => readExpression(one, { ...scope, expected }));
  return (
    lacking(json, [left, ...others]) ??
    others.reduce((sum, right) => fold({ kind: 'binary', operator, left: sum, right }), left)
  );
};

/** Two constants are one: `{"|": ["syn", "ack"]}`. */
const fold = (binary: Extract<Expression, { kind: 'binary' }>): Expression => {
  const { operator, left, right } = binary;
  if (operator !== '|' || left.kind !== 'constant' || right.kind !== 'constant') return binary;
  const [a, b] = [left.component, right.component];
  if (a.kind !== 'value' || b.kind !== 'value' || typeof a.value !== 'bigint' || typeof b.value !== 'bigint')
    return binary;
  return { ...left, component: { kind: 'value', value: a.value | b.value } };
};
