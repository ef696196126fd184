import type { Chain, Rule, Table } from './rule.ts';
import { ruleSpec } from './text.ts';


export interface SavedChain {
  readonly table: Table;
  readonly chain: Chain;
  /** `ACCEPT` or `DROP`. */
  readonly policy: string;
  /** From the top. */
  readonly specs: readonly string[];
}

/** The chains that rules of ours stand in, each in the order in which `iptables-restore` reads its table. */
export const PLACES = [
  { table: 'filter', chain: 'INPUT' },
  { table: 'filter', chain: 'OUTPUT' },
  { table: 'raw', chain: 'PREROUTING' },
  { table: 'raw', chain: 'OUTPUT' },
] as const satisfies readonly { readonly table: Table; readonly chain: Chain }[];

/** What is where, by table: the text of `iptables-save -t TABLE`, or of `iptables -t TABLE -S`, which has no `*TABLE`. */
export type SavedTexts = Readonly<Record<Table, string>>;

const policyOf = (lines: readonly string[], chain: Chain): string => {
  const line = lines.find((line) => line.startsWith(`:${chain} `) || line.startsWith(`-P ${chain} `));
  // A table of nft that nobody wrote to does not stand in the text: it would accept.
  return line?.replace(/^(?::|-P )\S+ /, '').split(' ')[0] ?? 'ACCEPT';
};

/** The text may have other tables beside; only the wanted one is read. */
const linesOf = (text: string, table: Table): readonly string[] => {
  const lines = text.split('\n');
  const start = lines.indexOf(`*${table}`);
  if (start < 0) return lines.some((line) => line.startsWith('*')) ? [] : lines;
  const end = lines.indexOf('COMMIT', start);
  return lines.slice(start, end < 0 ? undefined : end);
};

export const readSaved = (texts: SavedTexts): readonly SavedChain[] =>
  PLACES.map(({ table, chain }) => {
    const lines = linesOf(texts[table], table);
    const before = `-A ${chain} `;
    const specs = lines
      // `iptables-save -c` puts the counters before.
      .map((line) => line.replace(/^\[\d+:\d+\] /, '').trimEnd())
      .filter((line) => line.startsWith(before))
      .map((line) => line.slice(before.length));
    return { table, chain, policy: policyOf(lines, chain), specs };
  });

/**
 * What iptables of the nft variant says of a table that has a rule it cannot print, since somebody wrote it with `nft`; of ours
 * it says nothing then.
 */
export const isIncompatible = (text: string): boolean => /table `\w+' is incompatible/i.test(text);

/** As if these rules, each from the top, were all there is. */
export const savedOfFound = (rules: readonly Rule[]): readonly SavedChain[] =>
  PLACES.map(({ table, chain }) => ({
    table,
    chain,
    policy: 'ACCEPT',
    specs: rules.filter((rule) => rule.table === table && rule.chain === chain).map(ruleSpec),
  }));
