import { InvalidArgumentError, Option } from 'commander';
import type { Choice } from '../chance.ts';
import type { Host } from '../host/host.ts';
import type { TableName } from '../ruleset/shared/hooks.ts';
import type { Journey } from '../walk/run.ts';
import { UsageError } from './program.ts';

/** What a caller takes for granted: a part of the question's name, and its answer. */
export interface Assumption {
  readonly about: string;
  readonly answer: boolean;
}

const readAssumption = (text: string, before: readonly Assumption[] = []): readonly Assumption[] => {
  const found = /^(.+)=(yes|no)$/.exec(text);
  if (found === null) throw new InvalidArgumentError('expected something like "filter INPUT rule 3=yes".');
  return [...before, { about: found[1] ?? '', answer: found[2] === 'yes' }];
};

export const assumeOption = (): Option =>
  new Option('--assume <what=yes|no>', 'answer a question that chance or the unknown would decide, by the rule that asks; may be repeated').argParser(
    readAssumption,
  );

const readSeed = (text: string): number => {
  if (!/^\d+$/.test(text) || Number(text) >= 2 ** 32) throw new InvalidArgumentError('expected a whole number from 0 to 4294967295.');
  return Number(text);
};

export const seedOption = (): Option => new Option('--seed <number>', 'what chance decides').argParser(readSeed).default(1);

/** The assumptions of a run, and which of them were of use. */
export interface Assumed {
  readonly answer: (choice: Choice) => boolean | undefined;
  /** A line for each that no question was about. */
  unasked(): readonly string[];
}

/** @throws UsageError for an assumption about a rule that none of the hosts has. */
export const assumedBy = (assumptions: readonly Assumption[] = [], hosts: readonly Host[]): Assumed => {
  for (const { about } of assumptions) {
    const missing = missingRule(about, hosts);
    if (missing !== undefined) throw new UsageError(`--assume '${about}': ${missing}`);
  }
  const asked = new Set<Assumption>();
  return {
    answer({ what }) {
      const found = assumptions.find(({ about }) => names(what, about));
      if (found !== undefined) asked.add(found);
      return found?.answer;
    },
    unasked: () =>
      assumptions
        .filter((assumption) => !asked.has(assumption))
        .map(({ about, answer }) => `--assume '${about}=${answer ? 'yes' : 'no'}' was not needed: nothing was asked about it`),
  };
};

/** Whole words of the question: `rule 1` is not about `rule 12`. */
const names = (question: string, about: string): boolean => {
  for (let at = question.indexOf(about); at >= 0; at = question.indexOf(about, at + 1)) {
    const around = [question[at - 1], question[at + about.length]];
    if (around.every((character) => character === undefined || !/\w/.test(character))) return true;
  }
  return false;
};

/** Why no question can be about that rule; `undefined`: the rule is there, or none is meant. */
const missingRule = (about: string, hosts: readonly Host[]): string | undefined => {
  const iptables = /(?:^| )(\w+) (\S+) rule (\d+)$/.exec(about);
  if (iptables !== null) {
    const [, table = '', chain = '', number = ''] = iptables;
    const chains = hosts.flatMap(({ ruleSets }) =>
      Object.values(ruleSets).flatMap(({ tables }) => tables.get(table as TableName)?.chains.get(chain) ?? []),
    );
    const most = Math.max(0, ...chains.map(({ rules }) => rules.length));
    if (chains.length === 0) return `this node has no chain ${chain} in the table ${table}`;
    return Number(number) >= 1 && Number(number) <= most ? undefined : `${table} ${chain} has ${most} rules`;
  }
  const nftables = /(?:^| )(ip6?|inet) (\S+) (\S+) handle (\d+)$/.exec(about);
  if (nftables === null) return undefined;
  const [, family = '', table = '', chain = '', handle = ''] = nftables;
  const there = hosts.some((host) =>
    host.nftables.tables.some(
      (one) => one.family === family && one.name === table && one.chains.get(chain)?.rules.some((rule) => rule.handle === Number(handle)),
    ),
  );
  return there ? undefined : `this node has no rule with that handle in ${family} ${table} ${chain}`;
};

/** How to go on where a packet's way ended at a question. */
export const howToGoOn = (outcome: Journey['outcome']): readonly string[] => {
  if (outcome.kind !== 'not-modelled' || outcome.question === undefined) return [];
  const about = outcome.rule?.place ?? outcome.question;
  return [`to go on: --assume '${about}=yes', --assume '${about}=no', or --explore for both`];
};
