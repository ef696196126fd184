import { compareNodes, explore, seededChance } from '@nodelocal/netfilter-sim';
import type { Family, Node } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { writeIptables } from '../../src/kube-proxy/iptables/write.ts';
import { writeNftables } from '../../src/kube-proxy/nftables/write.ts';
import { asTold } from '../../src/kube-proxy/recorded/as-told.ts';
import type { ProxyCase } from '../../src/kube-proxy/recorded/proxy-case.ts';
import { proxiedNode } from '../../src/kube-proxy/services/proxied.ts';
import type { ProxiedNode } from '../../src/kube-proxy/services/proxied.ts';
import { proxyCases, proxyCasesNote } from '../support/proxy-cases.ts';
import { flightsOf, nodeWith, packetsTo } from '../support/proxy-node.ts';

const by = { ports: seededChance(1) };

/** Those of the packets to every Service that fare otherwise on one node than on the other: by verdict, all endpoints that they may reach, or by whether they are masqueraded. */
const differing = (recorded: Node, ours: Node, own: ProxiedNode): readonly (string | undefined)[] => {
  const packets = packetsTo(own);
  return compareNodes(recorded, ours, flightsOf(recorded, packets), by).map(({ packet }) => packets[packet]);
};

/** Where a packet may come out, whatever chance says. */
const endpointsOf = ({ host, state }: Node, packet: string): readonly string[] => {
  const [flight] = flightsOf({ host, state }, [packet]);
  if (flight === undefined) return [];
  const { possibilities } = explore(host, state, flight(), by);
  return [...new Set(possibilities.map(({ journey }) => journey.packet.dst))].toSorted();
};

/** So many cases of each mode; the rules of all are compared as text besides. */
const WALKED = 30;
const casesOf = (mode: string) => proxyCases(mode).slice(0, WALKED).map((recorded) => [recorded.id, recorded] as const);
const proxied = ({ node, settings, before }: ProxyCase, family: Family): ProxiedNode => proxiedNode(asTold(before), node, family, settings);

describe.skipIf(proxyCasesNote !== '')(`packets to Services by rules of iptables mode${proxyCasesNote}`, () => {
  const cases = casesOf('iptables');

  it.each(cases)('fare alike: %s', (_, recorded) => {
    for (const [family, tool, file] of [['ipv4', 'iptables-save', 'iptables-save.txt'], ['ipv6', 'ip6tables-save', 'ip6tables-save.txt']] as const) {
      const own = proxied(recorded, family);
      expect(differing(nodeWith({ [file]: recorded.written[tool] ?? '' }), nodeWith({ [file]: writeIptables(own) }), own)).toEqual([]);
    }
  });

  it('fare otherwise where a rule is missing', () => {
    const [, recorded] = cases[0] ?? [];
    if (recorded === undefined) return;
    const own = proxied(recorded, 'ipv4');
    const rules = writeIptables(own);
    for (const gone of [/^-A KUBE-SERVICES .*KUBE-SVC.*\n/m, /^-A KUBE-SEP.*DNAT.*\n/m, /^-A KUBE-POSTROUTING .*MASQUERADE.*\n/m]) {
      expect(differing(nodeWith({ 'iptables-save.txt': rules }), nodeWith({ 'iptables-save.txt': rules.replace(gone, '') }), own)).not.toEqual([]);
    }
  });
});

describe.skipIf(proxyCasesNote !== '')(`packets to Services by rules of nftables mode${proxyCasesNote}`, () => {
  it.each(casesOf('nftables'))('fare alike: %s', (_, recorded) => {
    const [ipv4, ipv6] = [proxied(recorded, 'ipv4'), proxied(recorded, 'ipv6')];
    const [theirs, own] = [nodeWith({ 'nft-ruleset.txt': recorded.written['nft'] ?? '' }), nodeWith({ 'nft-ruleset.txt': writeNftables(ipv4, ipv6) })];
    expect([...differing(theirs, own, ipv4), ...differing(theirs, own, ipv6)]).toEqual([]);
  });
});

describe.skipIf(proxyCasesNote !== '')(`by recorded rules packets reach the endpoints that the objects say${proxyCasesNote}`, () => {
  it.each([
    ['iptables', 'iptables-save', 'iptables-save.txt'],
    ['nftables', 'nft', 'nft-ruleset.txt'],
  ] as const)('in %s mode', (mode, tool, file) => {
    for (const [, recorded] of casesOf(mode)) {
      const node = nodeWith({ [file]: recorded.written[tool] ?? '' });
      for (const { port, traffic } of proxied(recorded, 'ipv4').services) {
        const expected = port.isInternalLocal ? traffic.local : traffic.cluster;
        if (expected.length === 0) continue;
        const packet = `cni0: ${port.protocol.toLowerCase()} 10.244.1.9:40000 > ${port.clusterIp}:${port.port}`;
        expect(endpointsOf(node, packet)).toEqual([...new Set(expected.map(({ address }) => address as string))].toSorted());
      }
    }
  });
});
