import { describe, expect, it } from 'vitest';
import { compareNftables } from '../../src/kube-proxy/nftables/compare.ts';
import { writeNftables } from '../../src/kube-proxy/nftables/write.ts';
import { hasRecorded, nodeOf, recordedCases } from './recorded.ts';

/** To the letter, but for the order of the blocks, which is one of chance as the order of services is. */
const blocksOf = (text: string): readonly string[] =>
  text
    .trimEnd()
    .split(/^(?=table )/m)
    .flatMap((table) => table.split(/^(?=\t(?:chain|set|map) )/m).map((block, index) => (index === 0 ? block : `${table.slice(0, 10)}${block.replace(/[\n}]*$/, '')}`)))
    .toSorted();

describe.skipIf(!hasRecorded)('what kube-proxy wrote in nftables mode (skipped without ../shared)', () => {
  it.each(recordedCases().map((each) => [each.id, each] as const))('%s, and after its change', (_, recorded) => {
    const { before, after } = nodeOf(recorded);
    const [fresh, changed] = [writeNftables(before.ipv4, before.ipv6), writeNftables(after.ipv4, after.ipv6, before)];
    expect(compareNftables(recorded.written, fresh)).toEqual([]);
    expect(blocksOf(fresh)).toEqual(blocksOf(recorded.written));
    expect(compareNftables(recorded.writtenAfter, changed)).toEqual([]);
    expect(blocksOf(changed)).toEqual(blocksOf(recorded.writtenAfter));
  });
});
