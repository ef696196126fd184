import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { address } from '@nodelocal/netfilter-sim';
import { readNodeFolder } from '@nodelocal/netfilter-sim/node';
import { describe, expect, it } from 'vitest';
import { examine, LINK_LOCAL, plainNode, rulesFor } from './node.ts';

const shared = fileURLToPath(new URL('../../../../../shared/', import.meta.url));
const here = existsSync(`${shared}kernel-cases`);

describe.skipIf(!here)('nodes of the recorded cases (skipped without ../shared)', () => {
  it.each(['a', 'b', 'c', 'lab-bound', 'lab-unbound', 'race'])('node-%s without any rule yet will do', (name) => {
    const { folder, contents } = readNodeFolder(`${shared}kernel-cases/node-${name}`);
    const { report, lines } = examine({ folder, contents: { ...contents, 'iptables-save.txt': '' } });
    expect(report.kind).toBe('will-work');
    expect(lines).toContain('A pod (10.244.1.5 behind vpod1) asks 10.96.0.10:53');
    expect(lines).toContain('  who listens on this node: a port that is taken would not be seen (ss -lntuH prints it, for ss.txt)');
  });

  it.each(['bound', 'unbound'])('node-v6-%s will do by IPv6', (name) => {
    const { folder, contents } = readNodeFolder(`${shared}kernel-cases/node-v6-${name}`);
    const addresses = [address('fd00:169:254:20::a'), address('fd00:10:96::a')];
    const transactions = [{ file: 'transaction6', text: rulesFor(...addresses), family: 'ipv6' as const }];
    const { report, lines } = examine({ folder, contents: { ...contents, 'ip6tables-save.txt': '' } }, { addresses, transactions });
    expect(report.kind).toBe('will-work');
    expect(lines).toContain('A pod (fd00:10:244:1::5 behind vpod1) asks [fd00:10:96::a]:53');
  });

  it('the node in IPVS mode can have the link-local address, and not that of the Service', () => {
    const snapshot = readNodeFolder(`${shared}field-cases/netfilter/ipvs-node`);
    expect(examine(snapshot).lines[0]).toMatch(/^will not work: 10\.96\.0\.10 is on kube-ipvs0: /);
    const { report, lines } = examine(snapshot, { addresses: [LINK_LOCAL], upstream: address('10.96.0.10') });
    expect(report.kind).toBe('will-work');
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}the udp query of the cache to 10\.96\.0\.10:53 is not followed further: this node uses IPVS/));
  });
});

describe.skipIf(!existsSync(`${shared}kube-proxy-cases`))('rules that kube-proxy wrote in nftables mode (skipped without ../shared)', () => {
  const recorded = (): string => {
    const lines = readFileSync(`${shared}kube-proxy-cases/nftables.jsonl`, 'utf8').split('\n');
    const { written } = JSON.parse(lines.find((line) => line.includes('10.96.0.10')) ?? '') as { readonly written: { readonly nft: string } };
    return written.nft;
  };

  it('are passed by what is not tracked', () => {
    const { 'iptables-save.txt': _, ...contents } = plainNode().contents;
    const { report, lines } = examine({ folder: 'node', contents: { ...contents, 'nft-ruleset.txt': recorded() } });
    expect(report.kind).toBe('will-work');
    const at = lines.indexOf('A pod (192.168.82.65 behind cali5f3c9a1e0d2) asks 10.96.0.10:53');
    expect(lines[at + 1]).toMatch(/^ {2}udp now: +translated to 10\.244\.2\.10:53 or 10\.244\.3\.10:53 by ip kube-proxy endpoint-/);
    expect(lines[at + 2]).toMatch(/^ {2}udp then: +not tracked by rule 1 of raw PREROUTING \(new\), .* delivered to nodelocaldns$/);
  });
});

describe.skipIf(!here)('rule sets as they are found, on the network of the lesson (skipped without ../shared)', () => {
  const found = (file: string): ReturnType<typeof plainNode> => plainNode({ 'iptables-save.txt': readFileSync(`${shared}corpora/${file}.rules`, 'utf8') });

  it.each([
    ['nodelocaldns/kind-node-kubeproxy-only-1ep'],
    ['nodelocaldns/kind-node-kubeproxy-only-3ep'],
    ['nodelocaldns/kind-node-kubeproxy+lesson-raw-2ep'],
    ['k8s-nodes/projectcalico__calico__felix_fv_cali-iptables-dump.txt'],
    ['k8s-nodes/Azure__azure-container-networking__npm_pkg_dataplane_testdata_iptablesave-v2'],
    ['kube-proxy/TestClusterIPReject-L2081'],
  ])('%s will do', (file) => {
    expect(examine(found(file)).report.kind).toBe('will-work');
  });

  it('a mesh that gives every TCP packet to its proxy stands in the way of TCP', () => {
    const { report, lines } = examine(found('gen-istio/istio__istio__cni_pkg_plugin_testdata_tproxy.txt.golden'));
    expect(report.kind).toBe('will-not-work');
    expect(lines[0]).toMatch(/^will not work: the tcp first packet \(SYN\) of a pod .* is dropped by mangle ISTIO_TPROXY rule 1: .*TPROXY/);
  });
});
