import { nftCounterKey } from '../../../../src/walk/rules/counters.ts';
import type { KernelReport } from './kernel.ts';
import type { ModelReport } from './model.ts';

interface ListedRule {
  readonly family: 'ip' | 'ip6' | 'inet';
  readonly table: string;
  readonly chain: string;
  readonly handle: number;
  readonly expr: readonly { readonly counter?: Counter | string }[];
}

interface Counter {
  readonly packets: number;
  readonly bytes: number;
}

interface ListedCounter extends Counter {
  readonly family: 'ip' | 'ip6' | 'inet';
  readonly table: string;
  readonly name: string;
}

interface ListedObject {
  readonly rule?: ListedRule;
  readonly counter?: ListedCounter;
}

/** Counters of rules, and those that have names. */
const countersOf = (dump: string): readonly (readonly [key: string, counter: Counter])[] =>
  (JSON.parse(dump) as { readonly nftables: readonly ListedObject[] }).nftables.flatMap(({ rule, counter }) => [
    ...(counter === undefined ? [] : [[nftCounterKey(counter), counter] as const]),
    ...(rule?.expr ?? []).flatMap((statement) =>
      rule === undefined || typeof statement.counter !== 'object'
        ? []
        : [[nftCounterKey(rule), statement.counter] as const],
    ),
  ]);

const written = ({ packets, bytes }: Counter): string => `${packets} packets ${bytes} bytes`;

/** What each counter came to. */
export const kernelCounters = ({ after }: KernelReport): Readonly<Record<string, string>> =>
  Object.fromEntries(countersOf(after).map(([key, counter]) => [key, written(counter)]));

export const modelCounters = ({ state }: ModelReport, { after }: KernelReport): Readonly<Record<string, string>> =>
  Object.fromEntries(
    countersOf(after).map(([key]) => [key, written(state.counters.get(key) ?? { packets: 0, bytes: 0 })]),
  );
