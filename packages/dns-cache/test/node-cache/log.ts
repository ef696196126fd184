import type { NodeCacheCase } from '../support/nodecache-cases.ts';
import { EVERYWHERE, SAID_WHERE_SLOW, withoutReason } from './everywhere.ts';
import { corefilesOf, linesOf } from './facts.ts';

/** Come or not, by chance, in node-cache itself (tools/compare.py). */
const NOISE = /waiting for coredns pidfile|took more than 1s|^maxprocs/;

/** Time stamps and klog's heads: ours is one stream without either. */
const HEAD = /^(?:<time>|[IWEF]<klog> \S+:<line>\]) /;

/** As sets: in which order and after which step they came is left to chance. The Corefile that is printed is compared as a file. */
const saidIn = (recorded: NodeCacheCase, printed: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...linesOf(recorded)].filter((line) => !NOISE.test(line) && !printed.has(line)).map((line) => withoutReason(line.replace(HEAD, ''))));

export interface LogDifference {
  /** What node-cache said and we do not. */
  readonly lost: readonly string[];
  readonly ours: readonly string[];
}

const without = (lines: Iterable<string>, others: ReadonlySet<string>, granted: readonly RegExp[]): readonly string[] =>
  [...lines].filter((line) => !others.has(line) && !granted.some((pattern) => pattern.test(line))).toSorted();

export const logDifference = (theirs: NodeCacheCase, own: NodeCacheCase): LogDifference => {
  const printed = new Set([theirs, own].flatMap(corefilesOf).flatMap((text) => text.split('\n')));
  const [said, saidByUs] = [saidIn(theirs, printed), saidIn(own, printed)];
  return {
    lost: without(said, saidByUs, EVERYWHERE.flatMap(({ lost = [] }) => lost)),
    ours: without(saidByUs, said, [...EVERYWHERE.flatMap(({ ours = [] }) => ours), ...(theirs.kernel === undefined ? [] : SAID_WHERE_SLOW)]),
  };
};
