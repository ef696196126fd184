import { describe, expect, it } from 'vitest';
import { writeNftables } from '../../src/kube-proxy/nftables/write.ts';
import { proxiedNode } from '../../src/kube-proxy/services/proxied.ts';
import { proxyCases, proxyCasesNote } from '../support/proxy-cases.ts';
import { canLoad, listedAfterLoading } from './nft-tool.ts';

const note = canLoad() ? '' : ' (skipped: needs root, nft 1.0.6 and namespaces)';

describe.skipIf(note !== '' || proxyCasesNote !== '')(`nft 1.0.6 lists as it was written${proxyCasesNote}${note}`, () => {
  it.each(proxyCases('nftables').map((recorded) => [recorded.id, recorded] as const))('%s after its change', (_, { before, change, node, settings }) => {
    const of = (objects: typeof before, family: 'ipv4' | 'ipv6') => proxiedNode(objects, node, family, settings);
    const after = change?.after ?? before;
    const text = writeNftables(of(after, 'ipv4'), of(after, 'ipv6'), { ipv4: of(before, 'ipv4'), ipv6: of(before, 'ipv6') });
    expect(listedAfterLoading(text)).toBe(text);
  });
});
