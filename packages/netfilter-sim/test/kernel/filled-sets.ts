import type { HostState } from '../../src/host/host.ts';
import type { SetChanges } from '../../src/ruleset/nftables/evaluate/context.ts';
import { keyOf } from '../../src/ruleset/nftables/evaluate/value.ts';
import { readNftables } from '../../src/ruleset/nftables/read/rule-set.ts';
import type { NftRuleSet, NftSet, NftTable } from '../../src/ruleset/nftables/values/rule-set.ts';
import type { Instant } from '../../src/time.ts';

/* What packets put into sets that were empty before: elements by `nft set family table name`. */

type Contents = readonly (readonly [set: string, elements: string])[];

const setsOf = ({ tables }: NftRuleSet, elements: (set: NftSet, key: string) => readonly string[]): Contents =>
  tables.flatMap((table) =>
    [...table.sets.values()].map((set) => {
      const key = keyIn(table, set);
      return [key, elements(set, key).toSorted().join(', ')] as const;
    }),
  );

const keyIn = ({ family, name }: NftTable, set: NftSet): string => `nft set ${family} ${name} ${set.name}`;

const keysOf = ({ elements }: NftSet): readonly string[] =>
  elements.flatMap(({ key }) => (key === 'any' ? [] : [keyOf(key.flatMap((part) => (part.kind === 'value' ? [part.value] : [])))]));

const wereEmpty = (before: NftRuleSet): ReadonlySet<string> =>
  new Set(setsOf(before, keysOf).flatMap(([key, elements]) => (elements === '' ? [key] : [])));

/** By what `nft -j list ruleset` printed before and behind the packets. */
export const kernelFilled = (before: string, after: string): Contents => {
  const empty = wereEmpty(readNftables('before', before));
  return setsOf(readNftables('after', after), keysOf).filter(([key]) => empty.has(key));
};

export const modelFilled = (before: NftRuleSet, { memory }: HostState, now: Instant): Contents => {
  const empty = wereEmpty(before);
  const added = (_: NftSet, key: string): readonly string[] =>
    Object.entries((memory.get(key) as SetChanges | undefined) ?? {}).flatMap(([element, change]) =>
      change.kind === 'there' && (change.endsAtMs === undefined || change.endsAtMs > now) ? [element] : [],
    );
  return setsOf(before, added).filter(([key]) => empty.has(key));
};
