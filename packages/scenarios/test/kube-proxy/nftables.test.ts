import { describe, expect, it } from 'vitest';
import { compareNftables } from '../../src/kube-proxy/nftables/compare.ts';
import { writeNftables } from '../../src/kube-proxy/nftables/write.ts';
import { hasRecorded, nodeOf, recordedCases } from './recorded.ts';

describe.skipIf(!hasRecorded)('what kube-proxy wrote in nftables mode (skipped without ../shared)', () => {
  it.each(recordedCases().map((each) => [each.id, each] as const))('%s, and after its change', (_, recorded) => {
    const { before, after } = nodeOf(recorded);
    expect(compareNftables(recorded.written, writeNftables(before.ipv4, before.ipv6))).toEqual([]);
    expect(compareNftables(recorded.writtenAfter, writeNftables(after.ipv4, after.ipv6, before))).toEqual([]);
  });
});
