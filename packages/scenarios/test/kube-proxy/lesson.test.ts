import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compareIptables } from '../../src/kube-proxy/iptables/compare.ts';
import { writeIptables } from '../../src/kube-proxy/iptables/write.ts';
import { proxiedNode } from '../../src/kube-proxy/services/proxied.ts';
import { readProxyFlags } from '../../src/kube-proxy/settings/read-flags.ts';
import { readKubernetesObjects } from '../../src/kubernetes/read-objects.ts';
import { KUBE_PROXY } from '../preflight/node.ts';

const FILE = fileURLToPath(new URL('../../nodes/cluster.json', import.meta.url));

/** What belongs to another age or to another program: the lesson's kube-proxy is older, and a kubelet has its own chains. */
const NOT_THESE = /^(?:raw|mangle|filter (?:INPUT|OUTPUT|KUBE-PROXY-CANARY)|nat KUBE-PROXY-CANARY)\b/;

describe('the cluster of the lesson', () => {
  it('has the rules that its node has', () => {
    const objects = readKubernetesObjects(FILE, readFileSync(FILE, 'utf8'));
    const { operands: _, ...settings } = readProxyFlags(['--cluster-cidr', '192.168.0.0/16']);
    const differences = compareIptables(KUBE_PROXY, writeIptables(proxiedNode(objects, 'k01-worker', 'ipv4', settings)));
    expect(differences.filter(({ where }) => !NOT_THESE.test(where))).toEqual([
      // Counted since 1.33.
      {
        where: 'filter KUBE-FORWARD',
        missing: ['-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP'],
        extra: ['-A KUBE-FORWARD -m conntrack --ctstate INVALID -m nfacct --nfacct-name  ct_state_invalid_dropped_pkts -j DROP'],
      },
    ]);
  });
});
