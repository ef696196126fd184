import { address } from '@nodelocal/netfilter-sim';
import type { Address, Family } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { printNftRule } from '../../../src/ruleset/nftables/print/rule.ts';
import { printNftPlace } from '../../../src/ruleset/nftables/values/place.ts';
import { kubeProxyRules } from './kube-proxy.ts';
import type { KubeProxy } from './kube-proxy.ts';
import { kernelCounters, modelCounters } from './live/counters.ts';
import { entryLine, modelEntries } from './live/entries.ts';
import { askKernel, canAskKernel, seenBy } from './live/kernel.ts';
import type { KernelReport, LiveEvent } from './live/kernel.ts';
import { listedRules } from './live/listing.ts';
import { askModel } from './live/model.ts';
import type { ModelReport } from './live/model.ts';
import { kernelTrace } from './live/trace.ts';
import { besideEvents, BESIDE_IPTABLES, LANGUAGE_RULES, languageEvents, traceRules } from './rule-sets.ts';

/** Addresses of the helper's node and of what is around it. */
const ADDRESSES = {
  ipv4: {
    pod1: '10.244.1.5',
    pod2: '10.244.1.6',
    far: '10.244.2.7',
    node: '172.18.0.2',
    client: '203.0.113.9',
    stranger: '198.51.100.9',
    vip: '10.96.0.',
    balancer: '192.0.2.80',
    pods: '10.244.0.0/16',
    services: '10.96.0.0/16',
    ranges: '203.0.113.0/24',
  },
  ipv6: {
    pod1: 'fd00:244:1::5',
    pod2: 'fd00:244:1::6',
    far: 'fd00:244:2::7',
    node: 'fd00:18::2',
    client: '2001:db8:1::9',
    stranger: '2001:db8:2::9',
    vip: 'fd00:96::',
    balancer: '2001:db8:80::80',
    pods: 'fd00:244::/32',
    services: 'fd00:96::/108',
    ranges: '2001:db8:1::/64',
  },
} as const;

const clusterOf = (family: Family): KubeProxy => {
  const of = ADDRESSES[family];
  const vip = (last: number): Address => address(`${of.vip}${last}`);
  const [near, far] = [address(of.pod2), address(of.far)];
  const service = (name: string, last: number) => ({ name, clusterIp: vip(last), port: 53, protocol: 'udp' as const });
  return {
    family,
    podNetwork: of.pods,
    serviceNetwork: of.services,
    nodeAddress: address(of.node),
    services: [
      {
        ...service('dns', 10),
        endpoints: [
          { address: near, port: 5300 },
          { address: far, port: 53 },
        ],
        nodePort: 30053,
      },
      { ...service('dns-tcp', 10), protocol: 'tcp', endpoints: [{ address: near, port: 5300 }] },
      {
        ...service('sticky', 11),
        port: 80,
        endpoints: [
          { address: near, port: 8080 },
          { address: far, port: 8080 },
        ],
        affinitySeconds: 1,
      },
      { ...service('empty', 12), endpoints: [] },
      {
        ...service('balanced', 13),
        endpoints: [{ address: near, port: 5353 }],
        loadBalancer: { address: address(of.balancer), sourceRanges: [of.ranges] },
      },
    ],
  };
};

const eventsFor = (family: Family): readonly LiveEvent[] => {
  const of = ADDRESSES[family];
  const udp = (
    from: 'pod1' | 'pod2' | 'up' | 'node',
    src: string,
    sport: number,
    dst: string,
    dport: number,
  ): LiveEvent => ({ from, protocol: 'udp', src, dst, sport, dport });
  const echo = family === 'ipv4' ? { protocol: 'icmp', icmpType: 8 } : { protocol: 'icmpv6', icmpType: 128 };
  return [
    udp('pod1', of.pod1, 40_000, `${of.vip}10`, 53),
    { answers: 0 },
    udp('pod1', of.pod1, 40_000, `${of.vip}10`, 53),
    udp('pod1', of.pod1, 40_001, `${of.vip}10`, 53),
    // An endpoint asks its own service: masqueraded where it gets itself.
    udp('pod2', of.pod2, 40_002, `${of.vip}10`, 53),
    udp('pod2', of.pod2, 40_003, `${of.vip}10`, 53),
    { from: 'pod1', protocol: 'tcp', flags: 2, payload: 0, src: of.pod1, sport: 40_004, dst: `${of.vip}10`, dport: 53 },
    udp('node', of.node, 40_005, `${of.vip}10`, 53),
    // From outside, to a port of the node.
    udp('up', of.client, 40_006, of.node, 30_053),
    { answers: 8 },
    udp('up', of.client, 40_006, of.node, 30_054),
    // To addresses of the cluster that answer for nothing.
    udp('pod1', of.pod1, 40_007, `${of.vip}12`, 53),
    udp('pod1', of.pod1, 40_008, `${of.vip}10`, 54),
    udp('pod1', of.pod1, 40_009, `${of.vip}99`, 53),
    udp('node', of.node, 40_010, `${of.vip}12`, 53),
    // Through the load balancer's address, with and without leave.
    udp('up', of.client, 40_011, of.balancer, 53),
    udp('up', of.stranger, 40_012, of.balancer, 53),
    // One client stays with one endpoint, for a second.
    udp('pod1', of.pod1, 40_013, `${of.vip}11`, 80),
    udp('pod1', of.pod1, 40_014, `${of.vip}11`, 80),
    udp('pod1', of.pod1, 40_015, `${of.vip}11`, 80),
    { wait: 1300 },
    udp('pod1', of.pod1, 40_016, `${of.vip}11`, 80),
    // Not for any service.
    { from: 'pod1', ...echo, src: of.pod1, dst: of.pod2, icmpId: 7 },
    { from: 'pod1', ...echo, src: of.pod1, dst: `${of.vip}10`, icmpId: 8 },
    udp('pod1', of.pod1, 40_017, of.node, 53),
  ];
};

const compare = (kernel: KernelReport, model: ModelReport): void => {
  expect(model.seen).toEqual(kernel.events.map(seenBy));
  expect(modelCounters(model, kernel)).toEqual(kernelCounters(kernel));
  expect(modelEntries(model)).toEqual(kernel.conntrack.map(entryLine).sort());
  const trace = kernelTrace(kernel);
  let at = 0;
  for (const lines of model.trace) {
    // An answer is made in the middle of the packet that it answers.
    const printed = trace.slice(at, at + lines.length);
    expect([...lines].sort()).toEqual([...printed].sort());
    at += lines.length;
  }
  expect(trace.slice(at)).toEqual([]);
};

const printsAsListed = (kernel: KernelReport, { host }: ModelReport): void => {
  const printed = host.nftables.tables.flatMap((table) =>
    [...table.chains.values()].flatMap((chain) =>
      chain.rules.map(
        (rule) =>
          [
            printNftPlace({ family: table.family, table: table.name, chain: chain.name, handle: rule.handle }),
            printNftRule(rule, table.family),
          ] as const,
      ),
    ),
  );
  expect(new Map(printed)).toEqual(listedRules(kernel.listing));
};

describe.skipIf(!canAskKernel())(
  'nftables on the live kernel (skipped without root, nft, conntrack, python3 or namespaces)',
  () => {
    it.each(['ipv4', 'ipv6'] as const)(
      'kube-proxy rules for %s: packets, counters, connections and trace are the same',
      (family) => {
        const kernel = askKernel({ rules: traceRules + kubeProxyRules(clusterOf(family)) }, eventsFor(family));
        const model = askModel(kernel);
        printsAsListed(kernel, model);
        compare(kernel, model);
      },
      30_000,
    );

    it('other rules: packets, counters, connections and trace are the same', () => {
      const kernel = askKernel({ rules: traceRules + LANGUAGE_RULES }, languageEvents);
      const model = askModel(kernel);
      printsAsListed(kernel, model);
      compare(kernel, model);
    }, 30_000);

    it.each(['iptables', 'nftables'] as const)(
      'beside rules of iptables: of equal priorities the later ones win, where %s came first',
      (first) => {
        const kernel = askKernel(
          { rules: BESIDE_IPTABLES.nftables, iptables: BESIDE_IPTABLES.iptables, first },
          besideEvents,
        );
        const model = askModel(kernel, first);
        const winner = first === 'iptables' ? '10.244.2.7' : '10.244.1.6';
        expect(kernel.events[0]?.seen.map(([, { dst }]) => dst)).toEqual([winner]);
        compare(kernel, model);
      },
      30_000,
    );
  },
);
