import { describe, expect, it } from 'vitest';
import { asTold } from '../../src/kube-proxy/recorded/as-told.ts';
import { compareProxyCase } from '../../src/kube-proxy/recorded/compare-case.ts';
import { proxiedNode } from '../../src/kube-proxy/services/proxied.ts';
import { PROXY_MODES } from '../../src/kube-proxy/settings/settings.ts';
import { ipvsTexts } from '../../src/kube-proxy/ipvs/texts.ts';
import { writeIpvs } from '../../src/kube-proxy/ipvs/write.ts';
import { writeNftables } from '../../src/kube-proxy/nftables/write.ts';
import { proxyCases, proxyCasesNote } from '../support/proxy-cases.ts';

/** An endpoint goes there, and neither servers nor the log show it. */
const ASKED_TOO_EARLY: ReadonlySet<string> = new Set(['ipvs-9-17']);

describe.skipIf(proxyCasesNote !== '').each(PROXY_MODES)(`what a running kube-proxy wrote in %s mode${proxyCasesNote}`, (mode) => {
  it.each(proxyCases(mode).map((recorded) => [recorded.id, recorded] as const))('is what is written from its objects: %s', (id, recorded) => {
    expect(compareProxyCase(recorded)).toEqual({ before: [], after: [], wasAskedTooEarly: ASKED_TOO_EARLY.has(id) });
  });
});

/** To the letter, but for the order of the blocks, which is one of chance as the order of services is. */
const blocksOf = (text: string): readonly string[] =>
  text
    .trimEnd()
    .split(/^(?=table )/m)
    .flatMap((table) => table.split(/^(?=\t(?:chain|set|map) )/m).map((block, index) => (index === 0 ? block : `${table.slice(0, 10)}${block.replace(/[\n}]*$/, '')}`)))
    .toSorted();

describe.skipIf(proxyCasesNote !== '')(`as the tools print it${proxyCasesNote}`, () => {
  it('nft wraps and orders elements so', () => {
    for (const { before, node, settings, written, change } of proxyCases('nftables')) {
      const families = (objects: typeof before) => ({ ipv4: proxiedNode(asTold(objects), node, 'ipv4', settings), ipv6: proxiedNode(asTold(objects), node, 'ipv6', settings) });
      const first = families(before);
      expect(blocksOf(writeNftables(first.ipv4, first.ipv6))).toEqual(blocksOf(written['nft'] ?? ''));
      if (change === undefined) continue;
      const second = families(change.after);
      expect(blocksOf(writeNftables(second.ipv4, second.ipv6, first))).toEqual(blocksOf(change.written['nft'] ?? ''));
    }
  });

  it('ipvsadm orders servers so', () => {
    for (const { before, node, settings, written } of proxyCases('ipvs')) {
      const of = (family: 'ipv4' | 'ipv6') => writeIpvs(proxiedNode(asTold(before), node, family, settings));
      expect(ipvsTexts(of('ipv4'), of('ipv6')).ipvsadm.trim()).toBe((written['ipvsadm'] ?? '').trim());
    }
  });
});
