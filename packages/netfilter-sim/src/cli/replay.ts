import { Command } from 'commander';
import { dirname, join } from 'node:path';
import type { Case } from '../cases/case.ts';
import { compareCase } from '../cases/compare.ts';
import { readCases } from '../cases/read.ts';
import { runCase } from '../cases/run.ts';
import { InputError } from '../error.ts';
import { readNodeFolder, readText } from '../files/index.ts';
import type { Node } from '../host/host.ts';
import type { KernelVersion } from '../kernel-version.ts';
import { parseRuleSet } from '../ruleset/iptables/read/rule-set.ts';
import type { RuleSet, Table } from '../ruleset/iptables/values/rule-set.ts';
import type { TableName } from '../ruleset/shared/hooks.ts';
import { readNode, withSysctls } from '../snapshot/node.ts';
import { kernelOption } from './options.ts';

interface ReplayOptions {
  readonly nodes?: string;
  readonly kernel: KernelVersion;
  readonly check?: boolean;
}

export const replayCommand = (): Command =>
  new Command('replay')
    .description('run recorded cases on the model: print what it answers, or compare with what the kernel did')
    .argument('<file>', 'cases, a line of JSON each (see the README of kernel-cases)')
    .option('--nodes <dir>', "folder that the cases' nodes are in (default: the file's own)")
    .addOption(kernelOption())
    .option('--check', 'compare with the recorded answers; ends with "N passed, N failed", exit code 1 if any failed')
    .action((file: string, options: ReplayOptions) => {
      process.exitCode = replay(file, options);
    });

const replay = (file: string, { nodes = dirname(file), kernel, check = false }: ReplayOptions): number => {
  const count = { passed: 0, failed: 0 };
  const loaded = new Map<string, RuleSet>();
  const lines = readCases(file, readText(file));
  if (lines.length === 0) throw new InputError({ file, line: 1, column: 1 }, 'there is no case in this file', 'give cases, a line of JSON each');
  for (const line of lines) {
    const id = line.kind === 'case' ? line.case.id : line.id;
    try {
      if (line.kind === 'broken') throw line.error;
      const result = runCase(line.case, nodeOf(line.case, { nodes, kernel, loaded }));
      const differences = check ? compareCase(line.case, result) : [];
      if (!check) print(JSON.stringify(show(line.case, result)));
      for (const { where, kernel: expected, model } of differences) {
        print(`${id}: ${where}\n  kernel: ${expected}\n  model:  ${model}`);
      }
      count[differences.length === 0 ? 'passed' : 'failed'] += 1;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      print(check ? `${id}: ${error.message}` : JSON.stringify({ id, error: error.message }));
      count.failed += 1;
    }
  }
  if (check) print(`${count.passed} passed, ${count.failed} failed`);
  return check && count.failed > 0 ? 1 : 0;
};

/** Statistics and the count belong to races. */
const show = (of: Case, { stats, count, ...rest }: ReturnType<typeof runCase>): object =>
  of.stats === undefined ? rest : { ...rest, stats, count };

interface Recorder {
  readonly nodes: string;
  readonly kernel: KernelVersion;
  /** What is loaded on each node so far: the recorder went through the file on one node. */
  readonly loaded: Map<string, RuleSet>;
}

/** `iptables-restore` leaves alone the tables that its text does not name. */
const nodeOf = ({ id, node, family, rules, sysctls }: Case, { nodes, kernel, loaded }: Recorder): Node => {
  const before = loaded.get(`${node} ${family}`)?.tables ?? new Map<TableName, Table>();
  const now = parseRuleSet(rules, { file: `${id} rules`, family });
  const ruleSet: RuleSet = { family, tables: new Map([...before, ...now.tables]) };
  loaded.set(`${node} ${family}`, ruleSet);
  const other = family === 'ipv4' ? 'ipv6' : 'ipv4';
  const ruleSets = { [family]: ruleSet, [other]: { family: other, tables: new Map<TableName, Table>() } };
  return readNode(withSysctls(readNodeFolder(join(nodes, node)), sysctls), { kernelVersion: kernel, ruleSets });
};

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
