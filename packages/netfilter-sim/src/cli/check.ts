import { Command } from 'commander';
import { readText } from '../files/index.ts';
import { printRule, printRuleSet } from '../ruleset/iptables/print/rule-set.ts';
import { reviewRuleSet } from '../ruleset/iptables/review/review.ts';
import type { Finding, RulePlace } from '../ruleset/iptables/review/review.ts';
import type { RuleSet } from '../ruleset/iptables/values/rule-set.ts';
import { isNftables, readNftables } from '../ruleset/nftables/read/rule-set.ts';
import { nftablesReport } from './check-nftables.ts';
import { UsageError } from './program.ts';
import { rulesIn } from './rules.ts';
import { count, tally } from './tally.ts';

interface CheckOptions {
  readonly print?: true;
  readonly counters?: true;
  readonly ipv6?: true;
}

/** `netfilter-sim check FILE`. Exit status 0: all is evaluated; 1: some rule is not; 2: the file is broken. */
export const checkCommand = (): Command =>
  new Command('check')
    .summary('read a rule set and say what is supported, and which rules can never match')
    .description(
      'read the text of iptables-save or iptables -S, or what nft list ruleset printed, with -j or without; ' +
        'say how many rules there are and of what kinds, which of them the model does not evaluate, and, ' +
        'of iptables, which can never match; exit code 1 if a rule is not evaluated',
    )
    .argument('<file>', 'what iptables-save, ip6tables-save or nft list ruleset printed')
    .option('--print', 'write the rule set back as iptables-save would print it, and nothing else')
    .option('--counters', 'with --print: keep the counters, as iptables-save -c does')
    .option('--ipv6', 'read it as ip6tables-save text (otherwise its head line and addresses decide)')
    .action(check);

const check = (file: string, options: CheckOptions): void => {
  if (options.counters === true && options.print !== true) throw new UsageError('--counters is of a rule set that is written back: give --print too');
  const text = readText(file);
  if (isNftables(text)) {
    if (options.print === true) throw new UsageError(`${file}: --print writes rule sets of iptables, and this one is of nftables`);
    const { lines, complete } = nftablesReport(file, readNftables(file, text));
    process.stdout.write(`${lines.join('\n')}\n`);
    if (!complete) process.exitCode = 1;
    return;
  }
  const ruleSet = rulesIn(file, text, options.ipv6 === true ? 'ipv6' : undefined);
  if (options.print === true) {
    process.stdout.write(printRuleSet(ruleSet, { counters: options.counters === true ? 'keep' : 'zero' }));
    return;
  }
  const findings = reviewRuleSet(ruleSet);
  process.stdout.write(reportLines(file, ruleSet, findings).join('\n').concat('\n'));
  if (findings.some(({ kind }) => kind === 'not-modelled')) process.exitCode = 1;
};

const reportLines = (file: string, ruleSet: RuleSet, findings: readonly Finding[]): readonly string[] => {
  const chains = [...ruleSet.tables.values()].flatMap((table) => Array.from(table.chains.values()));
  const rules = chains.flatMap((chain) => chain.rules);
  const targets = rules.map(({ target }) =>
    target.kind === 'extension' ? target.target.kind : target.kind === 'verdict' ? target.verdict : target.kind,
  );
  const line = (place: RulePlace): string =>
    `  ${file}:${place.rule.line}: ${place.table}:${place.chain}:rule:${place.number}  ${printRule(place.chain, place.rule)}`;
  const notModelled = findings.filter((finding) => finding.kind === 'not-modelled');
  const dead = findings.filter((finding) => finding.kind === 'never-matches');
  const unentered = findings.filter((finding) => finding.kind === 'never-entered');
  return [
    `${file}: ${ruleSet.family}, ${count(ruleSet.tables.size, 'table')}, ${count(chains.length, 'chain')}, ${count(rules.length, 'rule')}`,
    `matches: ${tally(rules.flatMap(({ matches }) => matches.map(({ kind }) => kind)))}`,
    `targets: ${tally(targets)}`,
    notModelled.length === 0 ? 'not evaluated: none' : `not evaluated: ${count(notModelled.length, 'rule')}`,
    ...notModelled.flatMap(({ place, extension, what }) => [line(place), `    ${extension}: ${what}`]),
    dead.length === 0 ? 'can never match: none' : `can never match: ${count(dead.length, 'rule')}`,
    ...dead.flatMap(({ place, because }) => [
      line(place),
      `    rule ${because} of the chain takes every packet that it could meet`,
    ]),
    unentered.length === 0 ? 'never entered: none' : `never entered: ${count(unentered.length, 'chain')}`,
    ...unentered.map(
      ({ table, chain, rules: size }) =>
        `  ${table}:${chain} (${count(size, 'rule')}): no rule that is reached leads there`,
    ),
  ];
};
