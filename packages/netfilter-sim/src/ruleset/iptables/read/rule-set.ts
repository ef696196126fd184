import { InputError } from '../../../error.ts';
import type { Position } from '../../../error.ts';
import type { Family } from '../../../packet/address.ts';
import { isTableName } from '../../shared/hooks.ts';
import type { TableName } from '../../shared/hooks.ts';
import type { Counters, RuleSet, Table } from '../values/rule-set.ts';
import { carryOut } from './carry-out.ts';
import { readCommandLine } from './command-reader.ts';
import { TableDraft } from './table-draft.ts';
import { validateTable } from './validate.ts';
import { readWords } from './words.ts';
import { checkText } from '../../../range.ts';

/**
 * Reads the text of `iptables-save` or `ip6tables-save`, or anything else that `iptables-restore`
 * takes, and holds it to the same rules: those of iptables 1.8.9 (legacy) and of the kernel.
 * `file` is the name that errors show; IPv4 is read where no family is said. A table that comes again takes the place of the first, as
 * with `iptables-restore`, unless it is `refused`: no tool prints a table twice. Unless said, `file` is `iptables-save`, `family` is
 * `ipv4` and `again` is `replaces`.
 *
 * @throws InputError at the first thing that the kernel's tools would refuse; TypeError for what is no text
 */
export const parseRuleSet = (
  text: string,
  { file = 'iptables-save', family = 'ipv4', again = 'replaces' }: { readonly file?: string; readonly family?: Family; readonly again?: 'replaces' | 'refused' } = {},
): RuleSet => {
  checkText('text', text);
  const tables = new Map<TableName, Table>();
  const begun = new Map<TableName, Position>();
  const begin = (name: TableName, position: Position): TableDraft => {
    const before = begun.get(name);
    if (before !== undefined && again === 'refused') {
      throw new InputError(position, `table ${name} comes twice, first in line ${before.line}`, 'keep one of them: these may be two back ends, or two nodes');
    }
    begun.set(name, position);
    return new TableDraft(name);
  };
  readTables(text, { file, family, begin, commit: (table) => void tables.set(table.name, table), redeclare: 'refuse' });
  return { family, tables };
};

interface Restoring {
  readonly file: string;
  readonly family: Family;
  /** What a table holds before its first line. */
  readonly begin: (name: TableName, position: Position) => TableDraft;
  readonly commit: (table: Table) => void;
  /** What becomes of a chain of one's own that is declared and there already. */
  readonly redeclare: 'refuse' | 'flush';
}

/** What `iptables-restore` does, line by line. */
export const readTables = (text: string, { file, family, begin, commit, redeclare }: Restoring): void => {
  let open: { readonly draft: TableDraft; readonly position: Position } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const position = { file, line: index + 1, column: 1 };
    if (line === '' || line.startsWith('#')) continue;
    if (open === undefined) {
      open = { draft: begin(readTableName(line, position), position), position };
    } else if (line === 'COMMIT') {
      validateTable(open.draft);
      commit(open.draft.finish());
      open = undefined;
    } else if (line.startsWith('*')) {
      throw withoutCommit(open.draft.name, open.position, position);
    } else if (line.startsWith(':')) {
      declareChain(line, open.draft, position, redeclare);
    } else {
      readRuleLine(line, open.draft, family, position);
    }
  }
  if (open !== undefined) throw withoutCommit(open.draft.name, open.position, endOf(text, file));
};

const withoutCommit = (name: TableName, begun: Position, position: Position): InputError =>
  new InputError(position, `COMMIT is missing here: table ${name}, which begins in line ${begun.line}, has no end`, 'add a line COMMIT, if nothing is cut off');

/** Behind the last line that says something. */
const endOf = (text: string, file: string): Position => {
  const lines = text.trimEnd().split('\n');
  return /\n\s*$/.test(text)
    ? { file, line: lines.length + 1, column: 1 }
    : { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
};

const readTableName = (line: string, position: Position): TableName => {
  if (line.endsWith('\r')) throw new InputError(position, 'the line ends in CR LF', 'save the file with LF line ends');
  if (/^Chain \S+ \(/.test(line)) throw new InputError(position, 'iptables -L does not print all of a rule', 'run iptables-save instead');
  if (!line.startsWith('*')) throw new InputError(position, 'this line is in no table', 'begin the table with *NAME');
  const name = /[^ \t*]\S*/.exec(line)?.[0] ?? '';
  if (!isTableName(name)) {
    throw new InputError(position, `there is no table "${name}"`, 'use raw, mangle, nat, filter or security');
  }
  return name;
};

const NO_COUNTERS: Counters = { packets: 0n, bytes: 0n };

/** `[12:3456]`; anything else counts as zero, as in parse_counters of iptables-restore.c. */
const readChainCounters = (text: string | undefined): Counters => {
  const found = /^\[(\d+):(\d+)\]$/.exec(text ?? '');
  return found === null ? NO_COUNTERS : { packets: BigInt(found[1] ?? 0), bytes: BigInt(found[2] ?? 0) };
};

/** `:CHAIN POLICY [PACKETS:BYTES]`. */
const declareChain = (line: string, draft: TableDraft, position: Position, redeclare: Restoring['redeclare']): void => {
  const [name = '', policy, counters] = line
    .slice(1)
    .split(/[ \t]+/)
    .filter((word) => word !== '');
  if (policy === undefined) {
    throw new InputError(position, `chain "${name}" lacks its policy`, `write :${name} - [0:0]`);
  }
  const known = draft.chains.get(name);
  if (known?.policy === 'none' && redeclare === 'flush') known.rules.length = 0;
  else if (known === undefined || known.policy === 'none') draft.addChain(name, position);
  if (policy !== '-') draft.setPolicy(name, policy, readChainCounters(counters), position);
};

/** One line of a table: a command, with counters in front or without. */
export const readRuleLine = (line: string, draft: TableDraft, family: Family, position: Position): void => {
  const counted = /^\[([^:\]]*):([^\]]*)\]/.exec(line);
  if (line.startsWith('[') && counted === null) {
    throw new InputError(position, 'the counters are broken', 'write [PACKETS:BYTES] in front of the rule');
  }
  const counters = counted === null ? undefined : readRuleCounters(counted[1] ?? '', counted[2] ?? '', position);
  const words = readWords(line, position.file, position.line, counted?.[0].length ?? 0);
  const scope = { family, table: draft.name, hasChain: (name: string): boolean => draft.chains.has(name) };
  carryOut(readCommandLine(words, scope, words[0]?.position ?? position), draft, scope, counters);
};

const readRuleCounters = (packets: string, bytes: string, position: Position): Counters => {
  if (!/^\d+$/.test(packets) || !/^\d+$/.test(bytes)) {
    throw new InputError(position, 'the counters are no numbers', 'write [PACKETS:BYTES] in front of the rule');
  }
  return { packets: BigInt(packets), bytes: BigInt(bytes) };
};
