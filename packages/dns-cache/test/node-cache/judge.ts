import { isDeepStrictEqual } from 'node:util';
import type { NodeCacheCase } from '../support/nodecache-cases.ts';
import { grant } from './everywhere.ts';
import type { Explained } from './explained.ts';
import type { Fact } from './facts.ts';
import { factsOf } from './facts.ts';
import type { LogDifference } from './log.ts';
import { logDifference } from './log.ts';

/** Something that was seen otherwise than node-cache shows it. */
export interface FactDifference {
  readonly step: number;
  readonly field: string;
  readonly theirs: unknown;
  readonly ours: unknown;
}

export interface Differences {
  readonly facts: readonly FactDifference[];
  readonly log: LogDifference;
}

const keyOf = ({ step, field }: { readonly step: number; readonly field: string }): string => `${step} ${field}`;

const NONE: LogDifference = { lost: [], ours: [] };

const pairs = (theirs: NodeCacheCase, own: NodeCacheCase): readonly FactDifference[] => {
  const unstable = theirs.unstable ?? [];
  const [one, other] = [factsOf(theirs, unstable), factsOf(own, unstable)].map((facts) => new Map(facts.map((fact) => [keyOf(fact), fact])));
  const valueIn = (facts: ReadonlyMap<string, Fact> | undefined, key: string): unknown => {
    const fact = facts?.get(key);
    return fact === undefined ? null : grant(fact);
  };
  return [...new Map([...(one ?? []), ...(other ?? [])])]
    .filter(([, { isUnstable }]) => !isUnstable)
    .map(([key, { step, field }]) => ({ step, field, theirs: valueIn(one, key), ours: valueIn(other, key) }));
};

export const differencesOf = (theirs: NodeCacheCase, own: NodeCacheCase): Differences => ({
  facts: pairs(theirs, own).filter((pair) => !isDeepStrictEqual(pair.theirs, pair.ours)),
  log: theirs.unstable?.includes('log lines') === true ? NONE : logDifference(theirs, own),
});

const show = (value: unknown): string => JSON.stringify(value, undefined, 1);

const judgeFacts = (theirs: NodeCacheCase, own: NodeCacheCase, explained: Explained): readonly string[] =>
  pairs(theirs, own).flatMap(({ step, field, theirs: expected, ours }) => {
    const entry = explained.facts.find((fact) => fact.field === field && fact.steps.includes(step));
    const accepted = entry?.ours ?? [expected];
    if (accepted.some((value) => isDeepStrictEqual(value, ours))) return [];
    const at = `step ${step} (${theirs.steps[step]?.do ?? ''}), ${field}`;
    if (entry === undefined) return [`${at}: no row explains\n${show(ours)}\ninstead of\n${show(expected)}`];
    if (isDeepStrictEqual(expected, ours)) return [`${at}: as node-cache's, so that ${entry.rows.join(', ')} is not seen any more`];
    return [`${at}: ${entry.rows.join(', ')} explains\n${accepted.map(show).join('\nor\n')}\nand not\n${show(ours)}`];
  });

const judgeLog = (seen: LogDifference, { log = { rows: [], lost: [], ours: [] } }: Explained): readonly string[] => {
  const sometimes = new Set(log.sometimes ?? []);
  const compare = (lines: readonly string[], explained: readonly string[], what: string): readonly string[] => [
    ...lines.filter((line) => !explained.includes(line) && !sometimes.has(line)).map((line) => `log: ${what} without a row: ${line}`),
    ...explained.filter((line) => !lines.includes(line)).map((line) => `log: not ${what} any more: ${line}`),
  ];
  return [...compare(seen.lost, log.lost, 'lost'), ...compare(seen.ours, log.ours, 'ours alone')];
};

/** What is wrong: each difference without an explanation, each explanation without its difference. */
export const judge = (theirs: NodeCacheCase, own: NodeCacheCase, explained: Explained): readonly string[] => {
  if (own.error !== undefined) return [`the recorder: ${own.error}`];
  const log = theirs.unstable?.includes('log lines') === true ? [] : judgeLog(logDifference(theirs, own), explained);
  return [...judgeFacts(theirs, own, explained), ...log];
};
