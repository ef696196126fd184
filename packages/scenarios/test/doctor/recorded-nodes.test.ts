import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nodeCacheTransaction } from '@nodelocal/dns-cache';
import { parseRuleSet, printRuleSet, restoreInto } from '@nodelocal/netfilter-sim';
import { describeDoctor } from '@nodelocal/scenarios';
import { describe, expect, it } from 'vitest';
import { examine, LESSON } from './nodes.ts';

const shared = fileURLToPath(new URL('../../../../../shared/', import.meta.url));
const here = existsSync(`${shared}corpora`);

/** Rules as they are found, and node-cache's put on top of them, on the network of the lesson. */
const found = (file: string): ReturnType<typeof examine> => {
  const rules = readFileSync(`${shared}corpora/${file}.rules`, 'utf8');
  const transaction = nodeCacheTransaction({ addresses: ['169.254.20.10', '10.96.0.10'], dnsPort: 53, healthPort: 8080 });
  const after = restoreInto(parseRuleSet(rules, { family: 'ipv4', file }), transaction, { file: 'transaction' });
  return examine({ ...LESSON, 'iptables-save.txt': printRuleSet(after) });
};

describe.skipIf(!here)('rule sets as they are found, with a cache (skipped without ../shared)', () => {
  it.each([
    ['nodelocaldns/kind-node-kubeproxy-only-1ep'],
    ['nodelocaldns/kind-node-kubeproxy-only-3ep'],
    ['k8s-nodes/projectcalico__calico__felix_fv_cali-iptables-dump.txt'],
    ['k8s-nodes/Azure__azure-container-networking__npm_pkg_dataplane_testdata_iptablesave-v2'],
    ['kube-proxy/TestClusterIPReject-L2081'],
  ])('%s are sound', (file) => {
    expect(describeDoctor(found(file))[0]).toMatch(/^sound: /);
  });

  it.each(['1ep', '2ep', '3ep'])('a node of kind as it was with node-cache is sound: %s', (name) => {
    const rules = readFileSync(`${shared}corpora/nodelocaldns/kind-node-kubeproxy+nodelocaldns-${name}.rules`, 'utf8');
    expect(describeDoctor(examine({ ...LESSON, 'iptables-save.txt': rules }))[0]).toMatch(/^sound: /);
  });

  it('a mesh that gives every TCP packet to its proxy is named, and its rule', () => {
    expect(describeDoctor(found('gen-istio/istio__istio__cni_pkg_plugin_testdata_tproxy.txt.golden'))[0]).toMatch(/^to mend: .*ISTIO_TPROXY/);
  });
});
