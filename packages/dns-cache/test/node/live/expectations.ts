import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { ClusterShape } from './cluster.ts';
import { ADDRESSES } from './cluster.ts';
import type { LiveNode } from './node.ts';

/** What an agent prints once its rules are in. */
export const RULES_ADDED = /Added back/;

/** How many packets kube-proxy's rules for an address have seen. */
const seenByProxy = (live: LiveNode, address: string): number => {
  const program = address.includes(':') ? 'ip6tables-nft' : 'iptables-nft';
  const lines = live.shell(`${program} -t nat -L KUBE-SERVICES -nvx`).split('\n').filter((line) => line.includes(` ${address} `) || line.includes(` ${address}/128 `));
  return lines.reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[0]), 0);
};

const entriesFor = (live: LiveNode, address: string): readonly string[] =>
  live
    .shell(`conntrack -L -f ${address.includes(':') ? 'ipv6' : 'ipv4'} 2>/dev/null || true`)
    .split('\n')
    .filter((line) => line.includes(`dst=${address} `) && line.includes('dport=53'));

/** Pods and the node are answered here, and what is not known is asked of the upstream Service. */
export const expectDnsOnNode = async (live: LiveNode, shape: ClusterShape): Promise<void> => {
  live.shell('conntrack -F 2>/dev/null || true');
  for (const family of shape.families) {
    const { cluster, local, upstream } = ADDRESSES[family];
    for (const [index, address] of [cluster, local].entries()) {
      for (const transport of ['+notcp', '+tcp']) {
        expect(live.dig('pod', address, `pod${index}${transport.slice(1)}${family}.cluster.local`, transport)).toBe('192.0.2.1');
        expect(live.dig('node', address, `node${index}${transport.slice(1)}${family}.cluster.local`, transport)).toBe('192.0.2.1');
      }
      // Neither by conntrack nor by kube-proxy: it was answered here.
      expect(entriesFor(live, address)).toEqual([]);
    }
    // In nftables mode kube-proxy's rules count nothing; conntrack has just said it.
    if (shape.proxy === 'nftables') continue;
    expect(seenByProxy(live, cluster)).toBe(0);
    if (family === shape.families[0]) expect(seenByProxy(live, upstream)).toBeGreaterThan(0);
  }
  // Misses go to the upstream Service, over TCP; what was printed meanwhile is read first.
  await sleep(100);
  const misses = live.asked.filter((line) => line.includes('.cluster.local'));
  expect(misses.length).toBeGreaterThanOrEqual(8);
  expect(misses.filter((line) => !line.startsWith('tcp '))).toEqual([]);
};

/** Once an agent has ended nothing of it is on the node, and pods are answered by kube-dns. */
export const expectNothingLeft = (live: LiveNode, { families: [family = 'ipv4'] }: ClusterShape): void => {
  expect(live.shell('ip -o link show').includes('nodelocaldns')).toBe(false);
  expect(live.shell('iptables-nft-save; ip6tables-nft-save; nft list ruleset').includes('NodeLocal')).toBe(false);
  expect(live.shell('ps -eo args').includes(live.folder)).toBe(false);
  expect(live.dig('pod', ADDRESSES[family].cluster, 'after.cluster.local')).toBe('192.0.2.1');
  expect(entriesFor(live, ADDRESSES[family].cluster)).not.toEqual([]);
};
