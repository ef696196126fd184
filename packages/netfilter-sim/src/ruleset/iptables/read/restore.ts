import type { Position } from '../../../error.ts';
import { matchModule } from '../matches/index.ts';
import { targetModule } from '../targets/index.ts';
import type { Rule, RuleSet, Table } from '../values/rule-set.ts';
import type { RuleDraft } from './draft.ts';
import { readTables } from './rule-set.ts';
import { TableDraft } from './table-draft.ts';
import { checkText } from '../../../range.ts';

/**
 * The rule set after `iptables-restore --noflush` (or `ip6tables-restore`) has taken the text: what the text does not name
 * stays, each rule that stays is the same object. A chain of one's own that it declares anew is emptied first. `file` is the name that
 * errors show.
 *
 * @throws InputError at the first thing that the kernel's tools would refuse; tables committed before it would stay changed there. TypeError for what is no text
 */
export const restoreInto = (ruleSet: RuleSet, text: string, { file }: { readonly file: string }): RuleSet => {
  checkText('text', text);
  const { family } = ruleSet;
  const tables = new Map(ruleSet.tables);
  readTables(text, {
    file,
    family,
    begin: (name, position) => draftOf(tables.get(name), position) ?? new TableDraft(name),
    commit: (table) => void tables.set(table.name, withBackEndOf(tables.get(table.name), table)),
    redeclare: 'flush',
  });
  return { family, tables };
};

/** A table as if it had just been read: later lines may change it, and what they do is checked against all of it. */
const draftOf = (table: Table | undefined, position: Position): TableDraft | undefined => {
  if (table === undefined) return undefined;
  const draft = new TableDraft(table.name);
  for (const [name, { policy, counters, rules }] of table.chains) {
    draft.chains.set(name, { name, policy, counters, rules: rules.map((rule) => ruleDraft(rule, position)) });
  }
  return draft;
};

/** Of a rule that is in the kernel no text is at hand: where it gets in the way, the table's first line is pointed at. */
const ruleDraft = (rule: Rule, position: Position): RuleDraft => {
  const { target } = rule;
  const matches = rule.matches.map((match) => {
    const module = matchModule(match);
    return { what: `match "${module.name}"`, position, placement: module.placement?.(match) ?? {} };
  });
  if (target.kind !== 'extension') return { rule, position, targetPosition: position, placements: matches };
  const module = targetModule(target.target);
  const ofTarget = { what: `target "${module.name}"`, position, placement: module.placement?.(target.target) ?? {} };
  return { rule, position, targetPosition: position, placements: [...matches, ofTarget] };
};

const withBackEndOf = (before: Table | undefined, table: Table): Table =>
  before?.backEnd === undefined ? table : { ...table, backEnd: before.backEnd };
