/** The tables of iptables. */
export type TableName = 'raw' | 'mangle' | 'nat' | 'filter' | 'security';

/** Where iptables keeps its tables: in x_tables, or in nftables. */
export type BackEnd = 'legacy' | 'nft';

/** `filter`, or `filter (legacy)` for a second table of that name. */
export const printTableName = (table: TableName, backEnd: BackEnd | undefined): string =>
  backEnd === undefined ? table : `${table} (${backEnd})`;

/** The five places where the kernel calls tables; also the names of the built-in chains. */
export type Hook = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';

/** The built-in chains of each table, in hook order (net/ipv4/netfilter/iptable_*.c). */
export const BUILT_IN_CHAINS: Readonly<Record<TableName, readonly Hook[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
};

export const isTableName = (name: string): name is TableName => Object.hasOwn(BUILT_IN_CHAINS, name);

export const isBuiltInChain = (table: TableName, chain: string): chain is Hook =>
  (BUILT_IN_CHAINS[table] as readonly string[]).includes(chain);
