import type { IptablesTools } from '../backend.ts';
import type { CommandFailure, CommandOutcome, Run } from '../command.ts';
import { nodeCacheRules } from '../rules/rule.ts';
import type { RuleSettings, Table } from '../rules/rule.ts';
import { isIncompatible, readSaved, savedOfFound } from '../rules/saved.ts';
import type { SavedChain } from '../rules/saved.ts';
import { ruleSpec } from '../rules/text.ts';
import { singleCommands } from '../rules/single.ts';
import { wordsOf } from '../rules/words.ts';

/** Milliseconds. A writer waits five seconds for the lock, and legacy ones read the whole table first. */
const READ_MS = 10_000;
const WRITE_MS = 20_000;

export type SavedOutcome = { readonly kind: 'read'; readonly saved: readonly SavedChain[] } | { readonly kind: 'unread'; readonly failure: CommandFailure };

/** How a program for single rules is called. */
const single = (tools: IptablesTools, words: readonly string[]): readonly [string, ...string[]] => [tools.single, ...tools.waits, ...words];

const listing = (run: Run, tools: IptablesTools, table: Table): Promise<CommandOutcome> => {
  switch (tools.kind) {
    case 'restore':
      return run({ argv: [tools.save, '-t', table], timeLimitMs: READ_MS });
    case 'single':
      return run({ argv: single(tools, ['-t', table, '-S']), timeLimitMs: READ_MS });
  }
};

/** Asks for each rule of ours, as node-cache does, where the table cannot be listed; foreign rules stay unknown then. */
const findRules = async (run: Run, tools: IptablesTools, settings: RuleSettings): Promise<SavedOutcome> => {
  const found = [];
  for (const rule of nodeCacheRules(settings).toReversed()) {
    const words = ['-t', rule.table, '-C', rule.chain, ...wordsOf(ruleSpec(rule))];
    const told = await run({ argv: single(tools, words), timeLimitMs: READ_MS });
    if (told.kind === 'done') found.push(rule);
    // 1: there is no such rule.
    else if (told.kind !== 'failed' || told.status !== 1) return { kind: 'unread', failure: told };
  }
  return { kind: 'read', saved: savedOfFound(found) };
};

/** One command for each table, and no more: the nat table of a large node has tens of thousands of rules. */
export const readRules = async (run: Run, tools: IptablesTools, settings: RuleSettings): Promise<SavedOutcome> => {
  const texts: Record<Table, string> = { raw: '', filter: '' };
  for (const table of ['raw', 'filter'] as const) {
    const told = await listing(run, tools, table);
    // It ends with 0 nevertheless, as if there were no rule at all.
    if ((told.kind === 'done' && isIncompatible(told.stdout)) || (told.kind === 'failed' && isIncompatible(told.stderr))) return findRules(run, tools, settings);
    if (told.kind !== 'done') return { kind: 'unread', failure: told };
    texts[table] = told.stdout;
  }
  return { kind: 'read', saved: readSaved(texts) };
};

/** @param text of `rules/transaction.ts` */
export const writeRules = async (run: Run, tools: IptablesTools, text: string): Promise<CommandOutcome> => {
  switch (tools.kind) {
    case 'restore':
      return run({ argv: [tools.restore, ...tools.waits, '--noflush'], stdin: text, timeLimitMs: WRITE_MS });
    case 'single': {
      for (const words of singleCommands(text)) {
        const outcome = await run({ argv: single(tools, words), timeLimitMs: WRITE_MS });
        if (outcome.kind !== 'done') return outcome;
      }
      return { kind: 'done', stdout: '' };
    }
  }
};

export const writingCommand = (tools: IptablesTools): string => {
  switch (tools.kind) {
    case 'restore':
      return [tools.restore, ...tools.waits, '--noflush'].join(' ');
    case 'single':
      return [tools.single, ...tools.waits].join(' ');
  }
};
