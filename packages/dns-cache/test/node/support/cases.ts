import { hasShared, readShared } from '../../support/shared.ts';

const FILE = 'nodecache-cases/cases.jsonl';

export const hasCases = hasShared(FILE);
export const casesNote = hasCases ? '' : ` (skipped: needs ../shared/${FILE})`;

interface RecordedCase {
  readonly id: string;
  readonly args: readonly string[];
  readonly iptables?: 'nft' | 'legacy' | 'none';
  readonly steps: readonly { readonly do: string; readonly seen: { readonly rules4?: readonly string[]; readonly rules6?: readonly string[]; readonly stdout?: readonly string[] } }[];
}

const cases: ReadonlyMap<string, RecordedCase> = hasCases
  ? new Map(
      new TextDecoder()
        .decode(readShared(FILE))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as RecordedCase)
        .map((found) => [found.id, found]),
    )
  : new Map();

export interface RecordedRules {
  readonly addresses: readonly string[];
  /** The first state of the rules that is not empty, as `iptables-save` prints it without comments and counters. */
  readonly rules: readonly string[];
  /** What was logged of them, in order. */
  readonly added: readonly string[];
}

/** What node-cache put in when nothing was there before. */
export const recordedRules = (id: string): RecordedRules => {
  const found = cases.get(id);
  if (found === undefined) throw new Error(`no case ${id}`);
  const addresses = (found.args[found.args.indexOf('-localip') + 1] ?? '').split(',');
  const rules = found.steps.map(({ seen }) => seen.rules4 ?? seen.rules6).find((rules) => rules?.some((line) => line.startsWith('-A '))) ?? [];
  const added = found.steps.flatMap(({ seen }) => seen.stdout ?? []).filter((line) => line.includes('Added back'));
  return { addresses, rules, added };
};

/** Where node-cache starts from nothing and puts all in: a case for each number of addresses, family and variant that was recorded. */
export const INSTALLED: readonly { readonly id: string; readonly variant: 'nft' | 'legacy' }[] = [
  { id: 'r02-nft', variant: 'nft' },
  { id: 'r03-nft', variant: 'nft' },
  { id: 'r04-nft', variant: 'nft' },
  { id: 'r05-nft', variant: 'nft' },
  { id: 'r01-legacy', variant: 'legacy' },
  { id: 'r04-legacy', variant: 'legacy' },
];
