import { describe, expect, it } from 'vitest';
import { writeNftables } from '../../src/kube-proxy/nftables/write.ts';
import { canLoad, listedAfterLoading } from './nft-tool.ts';
import { hasRecorded, nodeOf, recordedCases } from './recorded.ts';

describe.skipIf(!hasRecorded || !canLoad())('nft 1.0.6 lists as it was written (skipped: needs root, nft 1.0.6, namespaces and ../shared)', () => {
  it.each(recordedCases().map((each) => [each.id, each] as const))('%s after its change', (_, recorded) => {
    const { before, after } = nodeOf(recorded);
    const text = writeNftables(after.ipv4, after.ipv6, before);
    expect(listedAfterLoading(text)).toBe(text);
  });
});
