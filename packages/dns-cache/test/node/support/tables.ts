import { PLACES, readSaved } from '../../../src/node/rules/saved.ts';
import type { SavedChain } from '../../../src/node/rules/saved.ts';

/** Chains by `TABLE CHAIN`, each from the top. */
export type Chains = Readonly<Record<string, readonly string[]>>;

/** As `iptables-save` would print them. */
export const savedFrom = (chains: Chains, policies: Readonly<Record<string, string>> = {}): readonly SavedChain[] => {
  const textOf = (table: 'raw' | 'filter'): string => {
    const places = PLACES.filter((place) => place.table === table);
    const heads = places.map(({ chain }) => `:${chain} ${policies[`${table} ${chain}`] ?? 'ACCEPT'} [0:0]`);
    const rules = places.flatMap(({ chain }) => (chains[`${table} ${chain}`] ?? []).map((spec) => `-A ${chain} ${spec}`));
    return [`# Generated`, `*${table}`, ...heads, ...rules, 'COMMIT', ''].join('\n');
  };
  return readSaved({ raw: textOf('raw'), filter: textOf('filter') });
};

/** What `iptables-restore --noflush` does with such a text. @throws Error where a rule to delete is not there */
export const applied = (chains: Chains, text: string): Chains => {
  const after = new Map(Object.entries(chains).map(([name, specs]) => [name, [...specs]]));
  let table = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1);
    const [, flag, chain = '', spec = ''] = /^(-[ID]) (\S+) (.*)$/.exec(line) ?? [];
    const name = `${table} ${chain}`;
    const specs = after.get(name) ?? [];
    if (flag === '-I') after.set(name, [spec, ...specs]);
    if (flag === '-D') {
      const index = specs.indexOf(spec);
      if (index < 0) throw new Error(`Bad rule: ${line}`);
      after.set(name, specs.toSpliced(index, 1));
    }
  }
  return Object.fromEntries(after);
};
