import { broken, elements, field, isAbsent, text, textOr } from '../../../json/value.ts';
import type { Json } from '../../../json/value.ts';
import type { DataType } from '../values/data-type.ts';
import { typesOf } from '../values/expression.ts';
import type { NftFamily } from '../values/rule-set.ts';
import type { RejectAnswer, Statement } from '../values/statement.ts';
import { readExpression } from './expression.ts';
import { countOr, integer, isObject, named, oneOf, pair, rawText, textList } from './json.ts';
import { readLimit } from './limit.ts';
import { readMatch } from './match.ts';
import { readQuota } from './quota.ts';
import { readReference } from './set.ts';
import type { SetTypes } from './set.ts';
import { readTproxy, readTranslation } from './translation.ts';
import { readVerdict } from './verdict.ts';

/** What a statement may refer to. */
export interface StatementScope {
  readonly family: NftFamily;
  readonly sets: SetTypes;
}

const notModelledStatement = (what: string, json: Json): Statement => ({
  kind: 'not-modelled',
  what,
  text: rawText(json),
});

/** @throws InputError where the JSON is no statement; one that the model lacks is a value of its own. */
export const readStatement = (json: Json, scope: StatementScope): Statement => {
  const verdict = readVerdict(json);
  if (verdict !== undefined) return { kind: 'verdict', verdict };
  const { name, body } = named(json);
  // `counter name ip saddr map @m`: which of several objects the packet decides.
  if (isObject(body) && !isAbsent(field(body, 'map'))) return readChosenObject(name, json);
  if (WITHOUT_EFFECT.has(name)) return { kind: 'no-effect', what: name, text: rawText(json) };
  if (TESTS.has(name)) return { kind: 'unknown-test', what: name, text: rawText(json) };
  switch (name) {
    case 'match':
      return readMatch(json, body, scope);
    case 'vmap':
      return readVerdictMap(json, body, scope);
    case 'counter':
      return readCounter(body);
    case 'limit':
      return isObject(body) ? readLimit(body) : { kind: 'named-limit', name: text(body) };
    case 'tproxy':
      return readTproxy(json, body, scope);
    case 'quota':
      return isObject(body) ? readQuota(body) : { kind: 'named-quota', name: text(body) };
    case 'flow':
      return { kind: 'flow-offload', flowtable: text(field(body, 'flowtable')).replace(/^@/, '') };
    case 'ct helper':
      return { kind: 'helper', helper: text(body) };
    case 'xt':
      // In text it is a comment that says what only iptables can read.
      if (!isObject(body)) return notModelledStatement(`"${text(body)}"`, json);
      return field(body, 'type').value === 'match'
        ? { kind: 'unknown-test', what: `xt match ${textOr(field(body, 'name'), '')}`, text: rawText(json) }
        : notModelledStatement(`xt ${textOr(field(body, 'name'), '')}`, json);
    case 'mangle':
      return readAssignment(json, body, scope);
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
      return readTranslation(name, json, body, scope);
    case 'notrack':
      return { kind: 'notrack' };
    case 'reject':
      return { kind: 'reject', answer: readAnswer(body, scope.family) };
    case 'log':
      return readLog(body);
    case 'queue':
      return readQueue(json, body);
    case 'set':
      return readSetStatement(json, body, scope);
    default:
      return notModelledStatement(name, json);
  }
};

/** Statements behind which everything is as before, for this packet and for rules that it meets. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(['dup', 'secmark', 'last']);

/** Statements that let a packet on, or do not. */
const TESTS: ReadonlySet<string> = new Set(['ct count', 'meter']);

const readChosenObject = (name: string, json: Json): Statement => {
  const what = `${name} by a map`;
  switch (name) {
    case 'counter':
    case 'secmark':
      return { kind: 'no-effect', what, text: rawText(json) };
    case 'limit':
    case 'quota':
      return { kind: 'unknown-test', what, text: rawText(json) };
    default:
      return notModelledStatement(what, json);
  }
};

const readVerdictMap = (json: Json, body: Json, { sets }: StatementScope): Statement => {
  const key = readExpression(field(body, 'key'), { sets, expected: [] });
  if (key.kind === 'not-modelled') return notModelledStatement(key.what, json);
  const map = readReference(field(body, 'data'), { key: typesOf(key), data: 'verdict' }, sets);
  return map === undefined ? notModelledStatement('vmap', json) : { kind: 'verdict-map', key, data: map.reference };
};

const readCounter = (body: Json): Statement => {
  if (typeof body.value === 'string') return { kind: 'named-counter', name: body.value };
  if (body.value === null) return { kind: 'counter', packets: 0, bytes: 0 };
  return { kind: 'counter', packets: countOr(field(body, 'packets'), 0), bytes: countOr(field(body, 'bytes'), 0) };
};

/** What can be set, and is for queues and for SELinux alone: no rule that the model evaluates asks about it. */
const UNSEEN_BY_RULES: ReadonlySet<string> = new Set(['meta priority', 'meta secmark', 'ct secmark', 'ct event']);

const readAssignment = (json: Json, body: Json, { sets }: StatementScope): Statement => {
  const to = readExpression(field(body, 'key'), { sets, expected: [] });
  if (to.kind === 'not-modelled') {
    const unseen = UNSEEN_BY_RULES.has(to.what);
    return unseen
      ? { kind: 'no-effect', what: `${to.what} set`, text: rawText(json) }
      : notModelledStatement(`${to.what} set`, json);
  }
  if (to.kind !== 'meta' && to.kind !== 'ct' && to.kind !== 'payload' && to.kind !== 'tcp-option')
    return broken(field(body, 'key'), 'meta, ct, payload or tcp option');
  const value = readExpression(field(body, 'value'), { sets, expected: [to.type] });
  return value.kind === 'not-modelled' ? notModelledStatement(value.what, json) : { kind: 'assign', to, value };
};

/** Without a word, nft rejects with the port unreachable error of the table's family. */
const readAnswer = (body: Json, family: NftFamily): RejectAnswer => {
  const type = isObject(body) ? textOr(field(body, 'type'), undefined) : undefined;
  const kind = type ?? ({ ip: 'icmp', ip6: 'icmpv6', inet: 'icmpx' } as const)[family];
  switch (kind) {
    case 'tcp reset':
      return { kind: 'tcp-reset' };
    case 'icmp':
    case 'icmpv6':
    case 'icmpx':
      return { kind, code: isObject(body) ? textOr(field(body, 'expr'), 'port-unreachable') : 'port-unreachable' };
    default:
      return broken(field(body, 'type'), 'one of tcp reset, icmp, icmpv6, icmpx');
  }
};

const LOG_OPTIONS = ['group', 'snaplen', 'queue-threshold', 'level', 'flags'] as const;

const readLog = (body: Json): Statement => {
  if (!isObject(body)) return { kind: 'log', prefix: '', options: [] };
  const options = LOG_OPTIONS.flatMap((name) => {
    const option = field(body, name);
    return isAbsent(option)
      ? []
      : [`${name} ${Array.isArray(option.value) ? textList(option).join(',') : String(option.value)}`];
  });
  return { kind: 'log', prefix: textOr(field(body, 'prefix'), ''), options };
};

const readQueue = (json: Json, body: Json): Statement => {
  if (!isObject(body)) return { kind: 'queue', queue: 0, queueMax: 0, flags: [] };
  const [number, flags] = [field(body, 'num'), textList(field(body, 'flags'))];
  if (isObject(number)) {
    const range = field(number, 'range');
    if (isAbsent(range)) return notModelledStatement('queue', json);
    const [queue, queueMax] = pair(range).map(integer);
    return { kind: 'queue', queue: queue ?? 0, queueMax: queueMax ?? 0, flags };
  }
  const queue = countOr(number, 0);
  return { kind: 'queue', queue, queueMax: queue, flags };
};

const readSetStatement = (json: Json, body: Json, scope: StatementScope): Statement => {
  const { sets } = scope;
  const at = field(body, 'set');
  const name = text(at).replace(/^@/, '');
  const shape = sets.get(name) ?? broken(at, 'the name of a set of this table');
  if (shape === 'unknown') return notModelledStatement('set', json);
  const found = field(body, 'elem');
  const wrapped = isObject(found) && named(found).name === 'elem' ? named(found).body : undefined;
  const key = readExpression(wrapped === undefined ? found : field(wrapped, 'val'), { sets, expected: shape.key });
  if (key.kind === 'not-modelled') return notModelledStatement(key.what, json);
  const parts: readonly DataType[] = typesOf(key);
  if (parts.length !== shape.key.length) return broken(found, `a key of ${shape.key.join(' . ')}`);
  const timeout = wrapped === undefined ? undefined : field(wrapped, 'timeout');
  return {
    kind: 'set',
    operation: oneOf(field(body, 'op'), ['add', 'update', 'delete']),
    set: name,
    key,
    ...(timeout === undefined || isAbsent(timeout) ? {} : { timeoutMs: countOr(timeout, 0) * 1000 }),
    statements: readInner(field(body, 'stmt'), scope),
  };
};

const readInner = (json: Json, scope: StatementScope): readonly Statement[] =>
  isAbsent(json) ? [] : elements(json).map((statement) => readStatement(statement, scope));
