import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { elements, field, parseJson, text } from '@nodelocal/netfilter-sim/json';
import type { Json } from '@nodelocal/netfilter-sim/json';
import { describe, expect, it } from 'vitest';
import { compareIpvs } from '../../src/kube-proxy/ipvs/compare.ts';
import { ipvsTexts } from '../../src/kube-proxy/ipvs/texts.ts';
import type { IpvsTexts } from '../../src/kube-proxy/ipvs/texts.ts';
import { writeIpvs } from '../../src/kube-proxy/ipvs/write.ts';
import { proxiedNode } from '../../src/kube-proxy/services/proxied.ts';
import { readProxyFlags } from '../../src/kube-proxy/settings/read-flags.ts';
import type { KubernetesObjects } from '../../src/kubernetes/objects.ts';
import { readChangedObjects } from '../../src/kubernetes/read-objects.ts';

const recordings = fileURLToPath(new URL('../../../../../shared/kube-proxy-cases/ipvs.jsonl', import.meta.url));
const isHere = existsSync(recordings);
const cases = isHere ? readFileSync(recordings, 'utf8').split('\n').filter((line) => line !== '').map((line, at) => parseJson(`ipvs.jsonl:${at + 1}`, line)) : [];

const recordedTexts = (written: Json): IpvsTexts => ({
  iptables: text(field(written, 'iptables-save')),
  ip6tables: text(field(written, 'ip6tables-save')),
  ipset: text(field(written, 'ipset')),
  ipvsadm: text(field(written, 'ipvsadm')),
  addresses: text(field(written, 'addresses')),
});

const written = (objects: KubernetesObjects, flags: readonly string[]): IpvsTexts => {
  const settings = readProxyFlags(flags);
  const of = (family: 'ipv4' | 'ipv6') => writeIpvs(proxiedNode(objects, 'node1', family, settings));
  return ipvsTexts(of('ipv4'), of('ipv6'));
};

describe.skipIf(!isHere)('what kube-proxy was recorded to write (skipped without ../shared)', () => {
  it.each(cases.map((one) => [text(field(one, 'id')), one] as const))('%s', (_id, one) => {
    const flags = elements(field(one, 'flags')).map(text);
    const { before, after } = readChangedObjects(field(one, 'objects'), field(one, 'change'));
    expect(compareIpvs(recordedTexts(field(one, 'written')), written(before, flags))).toEqual([]);
    expect(compareIpvs(recordedTexts(field(one, 'written-after')), written(after, flags))).toEqual([]);
  });
});
