import { InputError } from '../../../error.ts';
import { broken, elements, field, isAbsent, isJson, parseJson, text, textOr } from '../../../json/value.ts';
import type { Json } from '../../../json/value.ts';
import type { Hook } from '../../shared/hooks.ts';
import { rulesetFromText } from '../language/rule-set.ts';
import type { LimitStatement } from '../values/limit.ts';
import type { BaseChain, EdgeChain, NftChain, NftFamily, NftRule, NftRuleSet, NftSet, NftTable } from '../values/rule-set.ts';
import { checkJumps } from './check-jumps.ts';
import { integer, named, oneOf, textList } from './json.ts';
import type { Named } from './json.ts';
import { readLimit } from './limit.ts';
import { readQuota } from './quota.ts';
import { readSet } from './set.ts';
import type { SetShape } from './set.ts';
import { readShape } from './shape.ts';
import { readStatement } from './statement.ts';
import type { StatementScope } from './statement.ts';
import { checkText } from '../../../range.ts';

/** The only version of the schema that there is (libnftables-json(5)). */
const SCHEMA_VERSION = 1;

const HOOKS: Readonly<Record<string, Hook>> = {
  prerouting: 'PREROUTING',
  input: 'INPUT',
  forward: 'FORWARD',
  output: 'OUTPUT',
  postrouting: 'POSTROUTING',
};

/** Whether a text is of nftables, in either form. */
export const isNftables = (text: string): boolean => {
  const first = text.split('\n').find((line) => /^\s*[^\s#]/.test(line)) ?? '';
  return /^\s*(?:\{|table\s)/.test(first);
};

/**
 * The output of `nft -j list ruleset`, or of `nft list ruleset`.
 * @param file the name that errors show
 * @param contents the text, as JSON or as nft prints it for people
 * @throws InputError where it is none; what the model cannot evaluate is a value, and no error. TypeError for what is no text
 */
export const readNftables = (file: string, contents: string): NftRuleSet => {
  checkText('contents', contents);
  const objects = elements(field(isJson(file, contents) ? parseJson(file, contents) : rulesetFromText(file, contents), 'nftables')).map(named);
  for (const { body } of ofKind(objects, ['metainfo'])) {
    const version = field(body, 'json_schema_version');
    if (!isAbsent(version) && version.value !== SCHEMA_VERSION) broken(version, `schema version ${SCHEMA_VERSION}`);
  }
  const byTable = groupByTable(objects);
  const tables = ofKind(objects, ['table']).flatMap(({ body }) => {
    const family = NFT_FAMILIES.find((known) => known === text(field(body, 'family')));
    return family === undefined ? [] : [readTable(body, family, byTable.get(tableKey(body, 'name')) ?? [])];
  });
  return { tables, edges: readEdges(objects), bridgeTables: readBridgeTables(objects) };
};

const NFT_FAMILIES: readonly NftFamily[] = ['ip', 'ip6', 'inet'];

const ofKind = (objects: readonly Named[], kinds: readonly string[]): readonly Named[] =>
  objects.filter(({ name }) => kinds.includes(name));

/** What a table's name is called differs: `name` in the table itself, `table` in what belongs to it. */
const tableKey = (body: Json, name: 'name' | 'table'): string =>
  `${text(field(body, 'family'))} ${text(field(body, name))}`;

const groupByTable = (objects: readonly Named[]): ReadonlyMap<string, readonly Named[]> => {
  const groups = new Map<string, Named[]>();
  for (const object of ofKind(objects, ['chain', 'rule', 'set', 'map', 'limit', 'quota', 'ct helper'])) {
    const key = tableKey(object.body, 'table');
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(object);
  }
  return groups;
};

const readTable = (json: Json, family: NftFamily, objects: readonly Named[]): NftTable => {
  const shapes = new Map(
    ofKind(objects, ['set', 'map']).map(({ body }) => [text(field(body, 'name')), { body, shape: readShape(body) }]),
  );
  const sets = new Map(
    [...shapes].flatMap(([name, { body, shape }]): readonly (readonly [string, NftSet])[] =>
      shape === 'unknown' ? [] : [[name, readSet(body, shape)]],
    ),
  );
  const limits = new Map(
    ofKind(objects, ['limit']).map(({ body }): readonly [string, LimitStatement] => [
      text(field(body, 'name')),
      readLimit(body),
    ]),
  );
  const quotas = new Map(
    ofKind(objects, ['quota']).map(({ body }) => [text(field(body, 'name')), readQuota(body)] as const),
  );
  const helpers = new Map(
    ofKind(objects, ['ct helper']).map(({ body }) => [text(field(body, 'name')), text(field(body, 'type'))] as const),
  );
  const scope: StatementScope = {
    family,
    sets: new Map([...shapes].map(([name, { shape }]): readonly [string, SetShape | 'unknown'] => [name, shape])),
  };
  const rules = new Map<string, NftRule[]>(
    ofKind(objects, ['chain']).map(({ body }) => [text(field(body, 'name')), []]),
  );
  for (const { body } of ofKind(objects, ['rule'])) {
    const chain = field(body, 'chain');
    const list = rules.get(text(chain)) ?? broken(chain, 'the name of a chain of this table');
    list.push(readRule(body, scope));
  }
  const chains = new Map(
    ofKind(objects, ['chain']).map(({ body }): readonly [string, NftChain] => {
      const chain = readChain(body, rules.get(text(field(body, 'name'))) ?? []);
      return [chain.name, chain];
    }),
  );
  const table: NftTable = {
    family,
    name: text(field(json, 'name')),
    dormant: textList(field(json, 'flags')).includes('dormant'),
    chains,
    sets,
    limits,
    quotas,
    helpers,
  };
  const wrong = checkJumps(table);
  if (wrong !== undefined)
    throw new InputError(json.placeOf(json.path), `table ${family} ${table.name}: ${wrong}`);
  return table;
};

const readChain = (json: Json, rules: readonly NftRule[]): NftChain => {
  const name = text(field(json, 'name'));
  const at = field(json, 'hook');
  const hook = isAbsent(at) ? undefined : readHook(at);
  return hook === undefined ? { name, rules } : { name, base: readBase(json, hook), rules };
};

const readHook = (json: Json): Hook | undefined => {
  const name = text(json);
  if (name === 'ingress' || name === 'egress') return undefined;
  return (
    (Object.hasOwn(HOOKS, name) ? HOOKS[name] : undefined) ??
    broken(json, `one of ${Object.keys(HOOKS).join(', ')}, ingress, egress`)
  );
};

const readBase = (json: Json, hook: Hook): BaseChain => {
  const policy = field(json, 'policy');
  return {
    type: oneOf(field(json, 'type'), ['filter', 'nat', 'route']),
    hook,
    priority: integer(field(json, 'prio')),
    policy: isAbsent(policy) ? 'accept' : oneOf(policy, ['accept', 'drop']),
  };
};

const readRule = (json: Json, scope: StatementScope): NftRule => {
  const comment = textOr(field(json, 'comment'), undefined);
  return {
    handle: readHandle(json),
    ...(comment === undefined ? {} : { comment }),
    statements: elements(field(json, 'expr')).map((statement) => readStatement(statement, scope)),
  };
};

const readBridgeTables = (objects: readonly Named[]): readonly string[] => [
  ...new Set(
    ofKind(objects, ['rule']).flatMap(({ body }) =>
      field(body, 'family').value === 'bridge' ? [text(field(body, 'table'))] : [],
    ),
  ),
];

/** Without `-a` a text names no handles, but where the rule stands in its chain. */
const readHandle = (json: Json): number => {
  const number = field(json, 'number');
  return isAbsent(field(json, 'handle')) && !isAbsent(number) ? -integer(number) : integer(field(json, 'handle'));
};

const EDGES = ['ingress', 'egress'] as const;

/** Chains at a device's own hooks, of every family, that have rules. */
const readEdges = (objects: readonly Named[]): readonly EdgeChain[] => {
  const ruled = new Set(
    ofKind(objects, ['rule']).map(({ body }) => `${tableKey(body, 'table')} ${text(field(body, 'chain'))}`),
  );
  return ofKind(objects, ['chain']).flatMap(({ body }) => {
    const hook = EDGES.find((edge) => edge === field(body, 'hook').value);
    const family = text(field(body, 'family'));
    const table = text(field(body, 'table'));
    const chain = text(field(body, 'name'));
    const applies = hook !== undefined && ruled.has(`${family} ${table} ${chain}`);
    return applies ? [{ family, table, chain, hook, devices: textList(field(body, 'dev')) }] : [];
  });
};
