import { InputError } from '../../../error.ts';
import type { Position } from '../../../error.ts';
import type { NftChain, NftFamily, NftRule, NftRuleSet, NftTable } from '../values/rule-set.ts';
import { readNftables } from './rule-set.ts';
import { checkText } from '../../../range.ts';

/**
 * The rule set after `nft -f` has taken the text: tables as `nft list ruleset` prints them, and in front of them commands on
 * whole tables (`add`, `delete`, `destroy`, `flush table`). That is what a program says of tables of its own. `file` is the name that
 * errors show.
 *
 * @throws InputError where it says anything else, or where the kernel would refuse a command; TypeError for what is no text
 */
export const loadNftables = (ruleSet: NftRuleSet, text: string, { file }: { readonly file: string }): NftRuleSet => {
  checkText('text', text);
  const { commands, blocks } = apart(text, file);
  const cleared = commands.reduce(carryOut, ruleSet.tables);
  const { tables, edges, bridgeTables } = readNftables(file, blocks);
  return {
    tables: tables.reduce(merged, cleared),
    edges: [...ruleSet.edges, ...edges],
    bridgeTables: [...new Set([...ruleSet.bridgeTables, ...bridgeTables])],
  };
};

interface Command {
  readonly name: 'add' | 'delete' | 'destroy' | 'flush';
  readonly family: NftFamily;
  readonly table: string;
  readonly position: Position;
}

const COMMAND = /^[ \t]*(?:(add|delete|destroy|flush)[ \t]+)?table[ \t]+(?:(ip|ip6|inet)[ \t]+)?([^\s{};]+)[ \t]*;?[ \t]*$/;

/** The commands, and the text without them: every line stays where it is. */
const apart = (text: string, file: string): { readonly commands: readonly Command[]; readonly blocks: string } => {
  const commands: Command[] = [];
  let block: Position | undefined;
  const lines = text.split('\n').map((line, at) => {
    const position = { file, line: at + 1, column: 1 };
    const found = COMMAND.exec(line);
    if (found === null) {
      if (/^[ \t]*table[ \t]/.test(line)) block = position;
      return line;
    }
    if (block !== undefined) throw new InputError(position, 'a command on a table stands behind a table', 'put the commands first');
    const [, name = 'add', family = 'ip', table = ''] = found;
    commands.push({ name: name as Command['name'], family: family as NftFamily, table, position });
    return '';
  });
  return { commands, blocks: lines.join('\n') };
};

const carryOut = (tables: readonly NftTable[], { name, family, table, position }: Command): readonly NftTable[] => {
  const isNamed = (one: NftTable): boolean => one.family === family && one.name === table;
  const isThere = tables.some(isNamed);
  if (!isThere && (name === 'delete' || name === 'flush')) {
    throw new InputError(position, `there is no table ${family} ${table}`, `add it first: add table ${family} ${table}`);
  }
  switch (name) {
    case 'add':
      return isThere ? tables : [...tables, emptyTable(family, table)];
    case 'delete':
    case 'destroy':
      return tables.filter((one) => !isNamed(one));
    case 'flush':
      return tables.map((one) => (isNamed(one) ? { ...one, chains: new Map([...one.chains].map(([key, chain]) => [key, { ...chain, rules: [] }])) } : one));
  }
};

const emptyTable = (family: NftFamily, name: string): NftTable => ({
  family,
  name,
  dormant: false,
  chains: new Map(),
  sets: new Map(),
  limits: new Map(),
  quotas: new Map(),
  helpers: new Map(),
});

/** What is there already stays; a chain of the same name gets the rules behind its own. */
const merged = (tables: readonly NftTable[], added: NftTable): readonly NftTable[] => {
  const before = tables.find(({ family, name }) => family === added.family && name === added.name);
  if (before === undefined) return [...tables, added];
  const chains = new Map<string, NftChain>(before.chains);
  for (const [name, chain] of added.chains) {
    const own = chains.get(name);
    chains.set(name, own === undefined ? chain : { ...own, rules: [...own.rules, ...chain.rules.map((rule, at) => behind(own.rules.length + at, rule))] });
  }
  const sets = new Map(before.sets);
  for (const [name, set] of added.sets) sets.set(name, { ...set, elements: [...(sets.get(name)?.elements ?? []), ...set.elements] });
  const both: NftTable = {
    ...before,
    dormant: added.dormant,
    chains,
    sets,
    limits: new Map([...before.limits, ...added.limits]),
    quotas: new Map([...before.quotas, ...added.quotas]),
    helpers: new Map([...before.helpers, ...added.helpers]),
  };
  return tables.map((one) => (one === before ? both : one));
};

/** A rule without a handle is known by its place. */
const behind = (count: number, rule: NftRule): NftRule => (rule.handle < 0 ? { ...rule, handle: -(count + 1) } : rule);
