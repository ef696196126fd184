import { printAddressAndMask } from '../../shared/address-values.ts';
import { isBuiltInChain } from '../../shared/hooks.ts';
import { printProtocol } from '../../shared/protocol-names.ts';
import { printInterfaceTest } from '../extension/interface-test.ts';
import { not } from '../extension/option-values.ts';
import { matchModule } from '../matches/index.ts';
import { targetModule } from '../targets/index.ts';
import type { AddressTest, Chain, Counters, Rule, RuleSet, RuleTarget, Table } from '../values/rule-set.ts';

/** How a rule set is to be printed. */
export interface PrintOptions {
  /** `keep` prints counters as `iptables-save -c` does; `zero`, the default, as after a fresh load. */
  readonly counters?: 'zero' | 'keep';
  /**
   * `kernel`, the default: the table that was loaded last comes first, as the kernel lists them, and
   * user chains are sorted. `text`: everything in the order of the text.
   */
  readonly order?: 'kernel' | 'text';
}

/** The text that `iptables-save` (1.8.9) prints once the rule set is loaded, without its `#` lines. */
export const printRuleSet = (ruleSet: RuleSet, { counters = 'zero', order = 'kernel' }: PrintOptions = {}): string => {
  const tables = [...ruleSet.tables.values()];
  if (order === 'kernel') tables.reverse();
  return tables.map((table) => printTable(table, counters, order)).join('');
};

const printTable = (table: Table, counters: 'zero' | 'keep', order: 'kernel' | 'text'): string => {
  const chains = [...table.chains.values()];
  const ordered = order === 'kernel' ? sortChains(table, chains) : chains;
  const lines = [
    `*${table.name}`,
    ...ordered.map(
      (chain) =>
        `:${chain.name} ${chain.policy === 'none' ? '-' : chain.policy} ${printCounters(chain.counters, counters)}`,
    ),
    ...ordered.flatMap((chain) =>
      chain.rules.map(
        (rule) => (counters === 'keep' ? `${printCounters(rule.counters, 'keep')} ` : '') + printRule(chain.name, rule),
      ),
    ),
    'COMMIT',
  ];
  return `${lines.join('\n')}\n`;
};

/** Built-in chains keep their order, the others follow in that of their bytes (libiptc, iptcc_insert_chain). */
const sortChains = (table: Table, chains: readonly Chain[]): readonly Chain[] => {
  const builtIn = chains.filter(({ name }) => isBuiltInChain(table.name, name));
  const own = chains.filter(({ name }) => !isBuiltInChain(table.name, name));
  return [...builtIn, ...own.sort((a, b) => (a.name < b.name ? -1 : 1))];
};

const printCounters = ({ packets, bytes }: Counters, counters: 'zero' | 'keep'): string =>
  counters === 'keep' ? `[${packets}:${bytes}]` : '[0:0]';

/** One rule as a line: `-A PREROUTING -d 10.96.0.10/32 -p udp -m udp --dport 53 -j NOTRACK`. */
export const printRule = (chain: string, rule: Rule): string =>
  [
    `-A ${chain}`,
    ...printAddressTest('-s', rule.source),
    ...printAddressTest('-d', rule.destination),
    ...printInterfaceTest('-i', rule.inInterface),
    ...printInterfaceTest('-o', rule.outInterface),
    ...(rule.protocol === undefined ? [] : [`${not(rule.protocol.inverted)}-p ${printProtocol(rule.protocol.number)}`]),
    ...(rule.fragment === undefined ? [] : [`${not(rule.fragment.inverted)}-f`]),
    ...rule.matches.map((match) => join('-m', match.kind, matchModule(match).print(match))),
    ...printTarget(rule.target),
  ].join(' ');

const join = (...words: readonly string[]): string => words.filter((word) => word !== '').join(' ');

const printAddressTest = (name: string, test: AddressTest | undefined): readonly string[] =>
  test === undefined ? [] : [`${not(test.inverted)}${name} ${printAddressAndMask(test)}`];

const printTarget = (target: RuleTarget): readonly string[] => {
  switch (target.kind) {
    case 'none':
      return [];
    case 'verdict':
      return [`-j ${target.verdict}`];
    case 'jump':
      return [`-j ${target.chain}`];
    case 'goto':
      return [`-g ${target.chain}`];
    case 'extension':
      return [join('-j', target.target.kind, targetModule(target.target).print(target.target))];
  }
};
