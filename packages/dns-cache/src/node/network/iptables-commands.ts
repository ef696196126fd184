import type { IptablesTools } from '../backend.ts';
import type { CommandFailure, CommandOutcome, Run } from '../command.ts';
import { readSaved } from '../rules/saved.ts';
import type { SavedChain } from '../rules/saved.ts';
import { singleCommands } from '../rules/single.ts';
import type { Table } from '../rules/rule.ts';

/** Milliseconds. A writer waits five seconds for the lock, and legacy ones read the whole table first. */
const READ_MS = 10_000;
const WRITE_MS = 20_000;

export type SavedOutcome = { readonly kind: 'read'; readonly saved: readonly SavedChain[] } | { readonly kind: 'unread'; readonly failure: CommandFailure };

const listing = (run: Run, tools: IptablesTools, table: Table): Promise<CommandOutcome> => {
  switch (tools.kind) {
    case 'restore':
      return run({ argv: [tools.save, '-t', table], timeLimitMs: READ_MS });
    case 'single':
      return run({ argv: [tools.program, ...tools.waits, '-t', table, '-S'], timeLimitMs: READ_MS });
  }
};

/** One command for each table, and no more: the nat table of a large node has tens of thousands of rules. */
export const readRules = async (run: Run, tools: IptablesTools): Promise<SavedOutcome> => {
  const raw = await listing(run, tools, 'raw');
  if (raw.kind !== 'done') return { kind: 'unread', failure: raw };
  const filter = await listing(run, tools, 'filter');
  if (filter.kind !== 'done') return { kind: 'unread', failure: filter };
  return { kind: 'read', saved: readSaved({ raw: raw.stdout, filter: filter.stdout }) };
};

/** @param text of `rules/transaction.ts` */
export const writeRules = async (run: Run, tools: IptablesTools, text: string): Promise<CommandOutcome> => {
  switch (tools.kind) {
    case 'restore':
      return run({ argv: [tools.restore, ...tools.waits, '--noflush'], stdin: text, timeLimitMs: WRITE_MS });
    case 'single': {
      for (const words of singleCommands(text)) {
        const outcome = await run({ argv: [tools.program, ...tools.waits, ...words], timeLimitMs: WRITE_MS });
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
      return [tools.program, ...tools.waits].join(' ');
  }
};
