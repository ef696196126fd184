import type { Chain, Table } from './rule.ts';

/** A line of `iptables-restore`: `-I CHAIN spec` puts a rule on top, `-D CHAIN spec` takes the first such one away. */
export interface Change {
  readonly table: Table;
  readonly chain: Chain;
  readonly flag: '-I' | '-D';
  readonly spec: string;
}

/** What lets through comes first when rules are put in, what diverts goes first when they are taken away. */
export type TableOrder = readonly [Table, Table];

export const IN_ORDER: TableOrder = ['filter', 'raw'];
export const OUT_ORDER: TableOrder = ['raw', 'filter'];

/**
 * For `iptables-restore --noflush`. All changes of one table happen at once or not at all, with either variant; a table is
 * changed before the next is read.
 */
export const restoreText = (changes: readonly Change[], order: TableOrder): string =>
  order
    .map((table) => changes.filter((change) => change.table === table))
    .filter((here) => here.length > 0)
    .map((here) => [`*${here[0]?.table ?? ''}`, ...here.map(({ flag, chain, spec }) => `${flag} ${chain} ${spec}`), 'COMMIT', ''].join('\n'))
    .join('');
