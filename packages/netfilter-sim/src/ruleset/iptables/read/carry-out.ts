import { InputError } from '../../../error.ts';
import { readBounded, UINT32_MAX } from '../../shared/numbers.ts';
import { printRule } from '../print/rule-set.ts';
import type { Counters } from '../values/rule-set.ts';
import type { CommandLine, CommandScope } from './command.ts';
import { readRules } from './rules.ts';
import type { ChainDraft, TableDraft } from './table-draft.ts';

const NO_COUNTERS: Counters = { packets: 0n, bytes: 0n };

/** Does to the table what the line says. */
export const carryOut = (
  line: CommandLine,
  draft: TableDraft,
  scope: CommandScope,
  counters: Counters | undefined,
): void => {
  // One text may serve both families: `-4` and `-6` say whose line it is.
  if (line.base.has(scope.family === 'ipv4' ? '--ipv6' : '--ipv4')) return;
  const { command, operands, position } = line;
  const [name = '', second = ''] = command.values;
  const [operand] = operands;
  switch (command.name) {
    case '--append':
      draft.chain(name, command.position).rules.push(...readRules(line, name, scope, counters));
      return;
    case '--insert': {
      const { rules } = draft.chain(name, command.position);
      const at = operand === undefined ? 1 : readRuleNumber(line, operand, rules.length + 1);
      // Each of the rules of a comma list goes to the same number, so the last comes out first.
      for (const rule of readRules(line, name, scope, counters)) rules.splice(at - 1, 0, rule);
      return;
    }
    case '--replace': {
      const { rules } = draft.chain(name, command.position);
      const [rule, another] = readRules(line, name, scope, counters);
      if (rule === undefined || another !== undefined) {
        throw new InputError(position, '--replace takes one address', 'write a line for each');
      }
      rules[readRuleNumber(line, second, rules.length) - 1] = rule;
      return;
    }
    case '--delete':
      deleteRules(line, draft.chain(name, command.position), operand, scope);
      return;
    case '--check':
      for (const { rule } of readRules(line, name, scope, counters))
        findRule(line, draft.chain(name, position), printRule(name, rule));
      return;
    case '--new-chain':
      draft.addChain(name, command.position);
      return;
    case '--delete-chain':
      if (operand !== undefined) draft.deleteChain(operand, command.position);
      else deleteEmptyChains(draft, line);
      return;
    case '--rename-chain':
      draft.renameChain(name, second, command.position);
      return;
    case '--flush':
      for (const chain of chainsOf(draft, operand, line)) chain.rules.length = 0;
      return;
    case '--zero':
      for (const chain of chainsOf(draft, operand, line)) zero(chain);
      return;
    case '--policy':
      draft.setPolicy(name, second, NO_COUNTERS, command.position);
      return;
    default:
      // --list and --list-rules print and change nothing.
      return;
  }
};

const readRuleNumber = (line: CommandLine, text: string, last: number): number => {
  const number = readBounded(text, { min: 1, max: UINT32_MAX });
  if (number === undefined || number > last) {
    throw new InputError(line.command.position, `there is no rule number "${text}" here`, `use 1 to ${last}`);
  }
  return number;
};

const findRule = (line: CommandLine, chain: ChainDraft, text: string): number => {
  const found = chain.rules.findIndex(({ rule }) => printRule(chain.name, rule) === text);
  if (found < 0) throw new InputError(line.position, `chain "${chain.name}" has no such rule`, 'remove the line');
  return found;
};

const deleteRules = (line: CommandLine, chain: ChainDraft, operand: string | undefined, scope: CommandScope): void => {
  if (operand !== undefined) {
    chain.rules.splice(readRuleNumber(line, operand, chain.rules.length) - 1, 1);
    return;
  }
  for (const { rule } of readRules(line, chain.name, scope, undefined)) {
    chain.rules.splice(findRule(line, chain, printRule(chain.name, rule)), 1);
  }
};

/** Without a name every chain of one's own goes, and has to be empty and unused. */
const deleteEmptyChains = (draft: TableDraft, line: CommandLine): void => {
  for (const [name, { policy }] of draft.chains) {
    if (policy === 'none') draft.deleteChain(name, line.command.position);
  }
};

const chainsOf = (draft: TableDraft, name: string | undefined, line: CommandLine): readonly ChainDraft[] =>
  name === undefined ? [...draft.chains.values()] : [draft.chain(name, line.command.position)];

const zero = (chain: ChainDraft): void => {
  chain.counters = NO_COUNTERS;
  for (const [index, draft] of chain.rules.entries()) {
    chain.rules[index] = { ...draft, rule: { ...draft.rule, counters: NO_COUNTERS } };
  }
};
