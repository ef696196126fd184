import type { Counts, View, ViewedLookup } from './view.ts';
import { countsOf, entryKey, heardKey, isViewedRule } from './view.ts';

/** A query that a server heard, as the program that plays it prints it. */
export interface HeardQuery {
  /** Its name in the scenario. */
  readonly server: string;
  readonly transport: 'udp' | 'tcp';
  /** The address that it came from. */
  readonly from: string;
}

/** What the kernel's own tools said of a play. */
export interface KernelObserved {
  readonly lookups: readonly ViewedLookup[];
  readonly heard: readonly HeardQuery[];
  /** `conntrack -L` at the end. */
  readonly conntrack: string;
  /** `iptables-save -c`, each time before its counters began anew, and at the end. */
  readonly rules: readonly string[];
}

/** What was seen on the live kernel, in the form in which the model's is told. */
export const kernelView = ({ lookups, heard, conntrack, rules }: KernelObserved): View => ({
  lookups,
  heard: countsOf(heard.map(({ server, transport, from }) => heardKey(server, transport, from))),
  entries: countsOf(conntrack.split('\n').flatMap(entryKeyOf)),
  ruled: rules.map(countersIn).reduce(added, {}),
});

/** The line has both tuples: the first is that of the question. */
const entryKeyOf = (line: string): readonly string[] => {
  const [, protocol, src, dst] = /^(udp|tcp)\s.*?src=(\S+) dst=(\S+) sport=\d+ dport=53\b/.exec(line) ?? [];
  if ((protocol !== 'udp' && protocol !== 'tcp') || src === undefined || dst === undefined) return [];
  return [entryKey(protocol, src, dst, !line.includes('[UNREPLIED]'))];
};

const added = (one: Counts, other: Counts): Counts => {
  const sum: Record<string, number> = { ...one };
  for (const [key, count] of Object.entries(other)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
};

/** One rule may stand there twice. */
const countersIn = (saved: string): Counts =>
  saved
    .split('\n')
    .map((line): Counts => {
      const [, packets = '0', rule = ''] = /^\[(\d+):\d+\] (-A .*)$/.exec(line) ?? [];
      return isViewedRule(rule) && packets !== '0' ? { [rule]: Number(packets) } : {};
    })
    .reduce(added, {});
