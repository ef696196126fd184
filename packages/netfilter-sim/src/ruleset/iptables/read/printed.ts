import { InputError } from '../../../error.ts';
import type { Position } from '../../../error.ts';
import type { Family } from '../../../packet/address.ts';
import { BUILT_IN_CHAINS } from '../../shared/hooks.ts';
import type { TableName } from '../../shared/hooks.ts';
import type { RuleSet, Table } from '../values/rule-set.ts';
import { parseRuleSet, readRuleLine } from './rule-set.ts';
import { TableDraft } from './table-draft.ts';
import { validateTable } from './validate.ts';

/** `iptables -S` begins with a policy, `iptables-save` with a table. */
export const isListing = (text: string): boolean => /^-[PNA] /.test(text.split('\n').find((line) => /^[^\s#]/.test(line)) ?? '');

/**
 * What a node's tools print of its rules: `iptables-save`, or one or several times `iptables -S`.
 * @throws InputError where it is neither, or has a table twice
 */
export const readPrintedRules = (text: string, of: { readonly file: string; readonly family: Family }): RuleSet =>
  isListing(text) ? readListings(text, of) : parseRuleSet(text, { ...of, again: 'refused' });

interface Line {
  readonly text: string;
  readonly position: Position;
}

const readListings = (text: string, { file, family }: { readonly file: string; readonly family: Family }): RuleSet => {
  const lines = text
    .split('\n')
    .map((line, at) => ({ text: line, position: { file, line: at + 1, column: 1 } }))
    .filter((line) => line.text.trim() !== '' && !line.text.startsWith('#'));
  const tables = new Map<TableName, Table>();
  for (const listing of apart(lines)) {
    const table = readListing(listing, family);
    if (tables.has(table.name)) throw new InputError(listing[0]?.position ?? { file, line: 1, column: 1 }, `table ${table.name} is listed twice`, 'keep one of the listings');
    tables.set(table.name, table);
  }
  return { family, tables };
};

/** Policies stand at the head of each listing. */
const apart = (lines: readonly Line[]): readonly (readonly Line[])[] => {
  const listings: Line[][] = [];
  for (const [at, line] of lines.entries()) {
    const begins = at === 0 || (line.text.startsWith('-P ') && lines[at - 1]?.text.startsWith('-P ') === false);
    if (begins) listings.push([]);
    listings.at(-1)?.push(line);
  }
  return listings;
};

const readListing = (lines: readonly Line[], family: Family): Table => {
  const draft = new TableDraft(tableOf(lines));
  for (const { text, position } of lines) readRuleLine(text, draft, family, position);
  validateTable(draft);
  return draft.finish();
};

/** The table does not name itself; the chains that have a policy tell which it is. */
const tableOf = (lines: readonly Line[]): TableName => {
  const chains = lines.flatMap(({ text }) => /^-P (\S+)/.exec(text)?.[1] ?? []);
  const names: readonly TableName[] = ['filter', 'nat', 'mangle', 'raw'];
  const found = names.find((name) => BUILT_IN_CHAINS[name].length === chains.length && BUILT_IN_CHAINS[name].every((chain) => chains.includes(chain)));
  if (found !== undefined) return found;
  const position = lines[0]?.position ?? { file: '', line: 1, column: 1 };
  throw new InputError(position, `which table has the policies of ${chains.join(', ') || 'no chain'}?`, 'write the output of iptables-save into it');
};
